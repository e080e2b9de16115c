"""Skills of assistants: read as text, checked, kept; nothing in them is ever run or followed."""
