"""Questions about events: the tree they become, the fields they ask, the text they come from."""
