"""Policies of runs: what code may do at most. Everything here is a value; nothing touches the machine."""
