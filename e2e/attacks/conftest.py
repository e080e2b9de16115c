"""The grounds, opened once per process, and the record of the outcomes."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.attacks.browser_ground import BrowserGround
from e2e.attacks.grounds import Ground
from e2e.attacks.layers import digest, fingerprints
from e2e.attacks.local_ground import LocalGround
from e2e.attacks.record import Outcomes, add
from e2e.attacks.weakened import Workshop
from e2e.conftest import OpenHost, host_opener


@pytest.fixture(scope="session")
def browser(whole_browser: Browser) -> Browser:
    """Attacks try the walls of Chromium as people have it."""
    return whole_browser


@pytest.fixture(scope="session")
def record() -> Iterator[Outcomes]:
    """The outcome of each attack that held, by payload, ground and state; kept for `make attacks`."""
    sources = digest(fingerprints())
    found: Outcomes = {}
    yield found
    if "PYBRIDGE_BROWSER" not in os.environ:
        add(found, sources)


@pytest.fixture(scope="session")
def open_lasting_host(browser: Browser, folder: Path) -> Iterator[OpenHost]:
    """As `open_host`, for pages that serve many tests."""
    with ExitStack() as stack:
        yield host_opener(browser, folder, stack)


@pytest.fixture(scope="session")
def grounds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Ground]]:
    """By name: the two levels in the browser, WASI and native; each opened when it is first asked for."""
    with ExitStack() as stack:

        @functools.cache
        def ground(name: str) -> Ground:
            if name in ("wasi", "native"):
                return LocalGround(name, tmp_path_factory.mktemp("attacked"), stack)
            return BrowserGround(request.getfixturevalue("open_lasting_host"), name)

        yield ground


@pytest.fixture(scope="session")
def workshop(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Makes built folders with a layer off."""
    return Workshop(folder, tmp_path_factory.mktemp("bundled"))
