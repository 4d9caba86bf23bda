"""Keeping a corpus: adding, editing, importing, merging, and finding what is doubtful."""
