"""The grounds, opened once, and the record of what came of every attack."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.attacks.browser_ground import BrowserGround
from e2e.attacks.grounds import Ground
from e2e.attacks.wasi_ground import WasiGround
from e2e.conftest import OpenHost, host_opener

RECORD = Path(__file__).parents[2] / "out" / "attacks.json"

Record = dict[str, dict[str, str]]


@pytest.fixture(scope="session")
def record() -> Iterator[Record]:
    """What came of each payload, by ground and state; written at the end for `make attacks`.

    A run of a part of the corpus leaves the rest as it was.
    """
    found: Record = {}
    yield found
    RECORD.parent.mkdir(exist_ok=True)
    known: Record = json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    merged = {name: {**known.get(name, {}), **found.get(name, {})} for name in {*known, *found}}
    RECORD.write_text(json.dumps(merged, indent=1, sort_keys=True) + "\n", "utf-8")


@pytest.fixture(scope="session")
def open_lasting_host(browser: Browser, folder: Path) -> Iterator[OpenHost]:
    """As `open_host`, for pages that serve many tests."""
    with ExitStack() as stack:
        yield host_opener(browser, folder, stack)


@pytest.fixture(scope="session")
def grounds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Ground]]:
    """By name: the two levels in the browser, and WASI; each opened when it is first asked for."""
    with ExitStack() as stack:

        @functools.cache
        def ground(name: str) -> Ground:
            if name == "wasi":
                return WasiGround(tmp_path_factory.mktemp("attacked"), stack)
            return BrowserGround(request.getfixturevalue("open_lasting_host"), name)

        yield ground
