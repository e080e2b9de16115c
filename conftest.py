"""What all tests run under: an interrupt that is heard, and the option for long runs."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Set

import pytest

from tests import areas

# A shell ignores it for what it starts in the background, and a program inherits that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BROWSERS = ("firefox", "webkit")
"""Beside Chromium; e2e/browsers/ has what drives them."""
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
    text = "run the tests that are marked every_browser, in this one instead of Chromium"
    parser.addoption("--in", dest="in_browser", choices=BROWSERS, help=text)

    # Before the other conftest files are imported, whose constants depend on it; pytest reads its options later.
    _set_variables(parser.parse_known_args(sys.argv[1:]))


def pytest_configure(config: pytest.Config) -> None:
    """Set the variables for runs that were not started by a command line."""
    _set_variables(config.option)


def _set_variables(options: argparse.Namespace) -> None:
    """Set what test modules and their child processes read, unless it is set."""
    if options.long:
        for name, value in LONG.items():
            os.environ.setdefault(name, value)
    if options.in_browser:
        os.environ["PYBRIDGE_BROWSER"] = options.in_browser


@pytest.hookimpl(trylast=True)  # a sample is one of what the marks leave
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not in the sample, or not for the browser."""
    out: Set[str] = set()
    if config.getoption("in_browser"):
        out = {item.nodeid for item in items if item.get_closest_marker("every_browser") is None}
    if config.getoption("--sample"):
        names = [item.nodeid for item in items if item.nodeid not in out]
        out = out | areas.left_out(names, areas.chosen())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]
