"""Macros in other people's tools; each module needs its tool, and nothing else of pybridge imports it."""
