"""What the answers mean: coverage and true zeros, tallies, the overview, single events."""
