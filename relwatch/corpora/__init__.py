"""Where corpora are, and how they are read and checked."""
