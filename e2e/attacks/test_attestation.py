"""With one layer off the sandbox says so itself, by the probe's name, and the host refuses to start."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.attacks.test_keys import CONNECT, OWN_ORIGIN, SCRUBBING, TRUSTED_TYPES, UNLINKING
from e2e.attacks.weakened import Edits, Workshop
from e2e.conftest import host_opener

GATE: Edits = {"worker/boot/import_gate.js": [("table[name] = guarded;", "return;")]}
EVALUATION = [*TRUSTED_TYPES, ("'wasm-unsafe-eval'", "'unsafe-eval'")]

STRINGS = {
    *("string-eval", "timer-string", "function-constructor", "async-function-constructor"),
    *(
        "generator-constructor",
        "async-generator-constructor",
        "reachable-constructors",
        "nested-worker",
    ),
}
STORAGE = {"opaque-origin", "storage", "caches", "locks", "file-system", "broadcast"}

HOLES = [
    pytest.param(SCRUBBING, [], {"close", "post-to-creator", "navigator"}, id="scrubbing"),
    pytest.param(GATE, [], {"import-gate"}, id="import-gate"),
    pytest.param(UNLINKING, [], {"python-bridge"}, id="unlinking"),
    pytest.param({}, CONNECT, {"network", "xhr", "websocket", "event-source"}, id="connect-src"),
    pytest.param({}, [("script-src ", "script-src data: ")], {"dynamic-import"}, id="data-scripts"),
    pytest.param({}, [("script-src ", "script-src blob: ")], {"import-blob"}, id="blob-scripts"),
    pytest.param({}, [("script-src ", "script-src https: ")], {"import-url"}, id="url-scripts"),
    pytest.param({}, TRUSTED_TYPES, {"nested-worker"}, id="trusted-types"),
    pytest.param({}, EVALUATION, STRINGS, id="evaluation"),
    pytest.param(OWN_ORIGIN, [], STORAGE, id="opaque-origin"),
]


@pytest.mark.parametrize(("edits", "policy", "probes"), HOLES)
def test_a_missing_layer_is_noticed_and_named(
    browser: Browser,
    workshop: Workshop,
    tmp_path: Path,
    edits: Edits,
    policy: list[tuple[str, str]],
    probes: set[str],
) -> None:
    built = workshop.weakened(tmp_path / "built", edits, policy=policy)
    with ExitStack() as stack:
        error = host_opener(browser, built, stack)().ask("start", spares=0)["error"]
    assert error["code"] == "isolation"
    named = error["message"].removeprefix("the sandbox does not hold: ")
    assert set(re.sub(r" \([^)]*\)", "", named).split(", ")) == probes


def test_what_is_built_holds_in_every_probe(browser: Browser, folder: Path) -> None:
    with ExitStack() as stack:
        sandbox = host_opener(browser, folder, stack)().start(spares=0)
    assert [probe["probe"] for probe in sandbox["attestation"] if not probe["held"]] == []
