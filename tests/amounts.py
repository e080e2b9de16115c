"""How much a run tests where the whole takes long: a sample in `make test`, everything with `--long`."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("PYBRIDGE_LONG") == "1"
"""Whether pytest was started with `--long`, or the variable is set."""


def amount(sample: int, whole: int) -> int:
    """Return *whole* in a long run, else *sample*."""
    return whole if IS_LONG else sample
