"""Python's parser, one thread at a time."""

from __future__ import annotations

import threading

PARSING = threading.RLock()
"""Held while source becomes a syntax tree.

CPython counts the depth of all trees that are being built in one place: two threads at once end in
`SystemError: AST constructor recursion depth mismatch`.
"""
