"""Files of the store: written whole, one writer at a time."""
