"""Macros in a child process of the host's own Python: trusted scripts only."""
