"""In the browser too, what one script does leaves the next one alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Host, Lasting, borrowed
from tests.amounts import MORE
from tests.harmless_modules import USES, lazy_script

FOLDER = Path(__file__).parents[1] / "tests" / "contamination"
PUT_BACK = ["decimal_context", "environment", "path", "random_seed", "warning_filters"]
GIVEN_UP = [
    "builtins_added",
    "clock",
    "html_escape_code",
    "json_dumps",
    "modules_fake",
]
ELSEWHERE = ["neighbour"]
"""What it changes belongs to a script that is not in its interpreter."""
TAKEN_AWAY = ["audit_hook", "collector_objects", "trace"]
CAPTURED = ["stdout_closed", "stdout_descriptor", "stdout_none"]


@pytest.fixture
def host(lasting: Lasting) -> Iterator[Host]:
    """A page whose runtime has time for imports."""
    with borrowed(lasting(20)) as opened:
        yield opened


def call(name: str) -> dict[str, Any]:
    env = {"isPreview": False, "seed": 7}
    return {"abi": 1, "macro": {"name": name}, "params": {}, "env": env}


def load(host: Host, *names: str) -> None:
    host.load(**{name: (FOLDER / f"{name}.py").read_text("utf-8") for name in names})


@pytest.mark.parametrize("payload", [*PUT_BACK, *GIVEN_UP, *ELSEWHERE, *TAKEN_AWAY, *CAPTURED])
def test_neighbours_are_untouched(host: Host, payload: str) -> None:
    load(host, "innocent", payload)
    [clean] = host.do("calls", calls=[call("innocent")])

    names = ["innocent", payload, *["innocent"] * MORE]
    before, outcome, *after = host.do("calls", calls=[call(name) for name in names])

    assert [before, *after] == [clean] * (1 + MORE)
    assert host.do("calls", calls=[call("innocent")]) == [clean]
    codes = [each["code"] for each in outcome.get("warnings", [])]
    assert codes == (["contamination"] if payload in GIVEN_UP else [])
    assert outcome.get("error", {}).get("code") == ("capability" if payload in TAKEN_AWAY else None)


def test_an_honest_script_may_import_any_module_where_it_needs_it(host: Host) -> None:
    """All but ctypes, whose functions for memory are closed in the browser."""
    host.load(lazy=lazy_script())
    calls = [{**call("lazy"), "params": {"module": name}} for name in USES if name != "ctypes"]
    before = len(host.do("stats")["restarts"])
    for _ in range(2):
        outcomes = host.do("calls", calls=calls)
        assert [each for each in outcomes if "warnings" in each or "error" in each] == []
    stats = host.do("stats")
    assert (stats["restarts"][before:], stats["warnings"]) == ([], [])


@pytest.mark.parametrize("more", [0, MORE])
def test_macros_of_a_document_are_untouched(host: Host, more: int) -> None:
    load(host, "innocent", "counter_method")
    env = {"isPreview": False, "seed": 7}
    [clean] = host.do("documents", documents=[{"text": "[[innocent]]", "env": env}], shared={})
    text = "[[innocent]]|[[counter_method]]|[[innocent]]"

    texts = [text, *["[[innocent]]"] * more]
    documents = [{"text": each, "env": env} for each in texts]
    document, *others = host.do("documents", documents=documents, shared={})

    assert document["output"] == f"{clean['output']}|payload|{clean['output']}"
    assert [each["code"] for each in document["warnings"]] == ["contamination"]
    assert [each["output"] for each in others] == [clean["output"]] * more
