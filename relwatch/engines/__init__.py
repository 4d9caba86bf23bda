"""What answers a question: in memory, and wherever else events are kept."""
