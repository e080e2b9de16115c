"""In which browsers the tests of processes run."""

from __future__ import annotations

import pytest

from tests.amounts import IS_LONG, IS_WEBKIT

IN_BROWSERS = [] if IS_WEBKIT and not IS_LONG else [pytest.mark.every_browser]
"""WebKit takes several times as long for WebAssembly: there they run with `--long` only, on an idle machine."""
