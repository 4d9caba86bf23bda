"""What a terminal shows, drawn with Rich: lists, one event, numbers, the overview."""
