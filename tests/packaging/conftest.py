"""The executable is built when what builds it has changed, and in long runs."""

from __future__ import annotations

import pytest

from tests.amounts import IS_LONG
from tests.packaging.fingerprint import is_tested


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of an executable that was tested already; pytest counts them as deselected."""
    if IS_LONG or not is_tested():
        return
    config.hook.pytest_deselected(items=[item for item in items if needs_executable(item)])
    items[:] = [item for item in items if not needs_executable(item)]


def needs_executable(item: pytest.Item) -> bool:
    """Return whether a test has the fixture that builds the executable."""
    return "executable" in getattr(item, "fixturenames", ())
