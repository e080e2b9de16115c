"""Run one macro: call it, capture its output, describe its exceptions."""
