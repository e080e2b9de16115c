"""Scripts and their index: list, change, check, seed, sync."""
