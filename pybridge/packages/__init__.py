"""Python packages for scripts: what a pure wheel brings, as an entry of a Pyodide lock."""

from __future__ import annotations

from pybridge.packages.errors import WheelRefused
from pybridge.packages.lock_entries import LockEntry, lock_entry
from pybridge.packages.sandbox import Sandbox

__all__ = ["LockEntry", "Sandbox", "WheelRefused", "lock_entry"]
