"""Macros in CPython compiled to WASI, each worker in a process of its own."""
