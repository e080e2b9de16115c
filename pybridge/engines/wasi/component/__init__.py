"""Macros in CPython as a component: one process, and in it an instance for each interpreter."""
