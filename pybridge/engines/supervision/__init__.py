"""Supervise a worker that may be killed at any time: batches, deadlines, replacement, quarantine."""
