"""Folders of this machine that the host approved: copied into the sandbox, and written back if they may be."""
