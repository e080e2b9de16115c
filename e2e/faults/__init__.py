"""Faults at the ports of the client, and the load under which they happen."""
