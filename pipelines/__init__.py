"""Turn fetched pages into clean articles."""
