"""How much a run tests where the whole takes long: a sample in `make test`, everything with `--long`."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("PYBRIDGE_LONG") == "1"
"""Whether pytest was started with `--long`, or the variable is set."""

IS_WEBKIT = os.environ.get("PYBRIDGE_BROWSER") == "webkit"
"""Whether WebKit runs the tests of browsers: it compiles for seconds where others take a moment."""

MORE = 8
"""So many items behind those of a request make the hosts run it in slices: the items of a small one run one at a time."""


def amount(sample: int, whole: int) -> int:
    """Return *whole* in a long run, else *sample*."""
    return whole if IS_LONG else sample
