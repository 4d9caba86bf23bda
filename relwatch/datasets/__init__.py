"""Event data that somebody else publishes, read into relwatch's own Parquet."""
