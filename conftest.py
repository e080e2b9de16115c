"""What all tests run under: an interrupt that is heard, and the option for long runs."""

from __future__ import annotations

import os
import signal

import pytest

from tests import areas

# A shell ignores it for what it starts in the background, and a program inherits that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LONG = {
    "PYBRIDGE_LONG": "1",
    "PYBRIDGE_ATTACKS": "all",
    "PYBRIDGE_FAULT_ROUNDS": "10",
    "PYBRIDGE_KILLS": "1000",
    "PYBRIDGE_SOAK_S": "900",
}
"""What a long run sets: how much it does of what `make test` samples."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    text = "run everything, where a run samples tests that take long (sets PYBRIDGE_LONG=1 and the like)"
    parser.addoption("--long", action="store_true", help=text)
    text = "of an area that did not change since it was recorded run a sample (tests/areas.py)"
    parser.addoption("--sample", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Set the variables that test modules and their child processes read, unless they are set."""
    if config.getoption("--long"):
        for name, value in LONG.items():
            os.environ.setdefault(name, value)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not in the sample."""
    if not config.getoption("--sample"):
        return
    out = areas.left_out([item.nodeid for item in items], areas.chosen())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]
