"""Hostile snippets (snippets/): in the sandbox nothing leaves, and all is audited; without one they do what the warning says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pybridge.mcp.runs.native import WARNING
from pybridge.mcp.verification import verified
from tests.amounts import amount
from tests.unit.mcp.hostile import Snippet, Trial, snippets, trial

ALL = snippets()
GROUPED = [each for each in ALL if not each.alone]
FILES = sorted({each.name.partition("/")[0] for each in GROUPED})
ALONE = [each for each in ALL if each.alone]
YOLO = [each for each in GROUPED if each.yolo]


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with trial(tmp_path_factory.mktemp("secure"), "secure") as found:
        yield found


def named(snippet: Snippet) -> str:
    return snippet.name


def test_there_are_150_with_names_of_their_own() -> None:
    assert len({each.name for each in ALL}) == len(ALL) >= 150
    assert len(YOLO) >= 50


@pytest.mark.parametrize("file", FILES)
def test_in_the_sandbox_nothing_is_reached(secure: Trial, file: str) -> None:
    secure.machine.restore()
    before = secure.machine.state()
    assert secure.reached([each for each in GROUPED if each.name.startswith(f"{file}/")]) == []
    secure.require_untouched(before)


@pytest.mark.parametrize("snippet", ALONE[:: amount(8, 1)], ids=named)
def test_whatever_breaks_the_interpreter_has_a_bounded_answer(
    secure: Trial, snippet: Snippet
) -> None:
    secure.machine.restore()
    before = secure.machine.state()
    answer = secure.alone(snippet)
    secure.require_bounded(answer)
    assert answer.structured is not None
    assert "reached" not in answer.structured["stdout"]
    assert answer.structured["usage"]["durationMs"] < (snippet.timeout + 15) * 1000
    secure.require_untouched(before)
    again = secure.ask("6 * 7")
    assert again.structured is not None
    assert again.structured["value"] == 42


def test_every_run_is_in_an_intact_log(secure: Trial) -> None:
    code = "import socket\nsocket.create_connection(('127.0.0.1', 1))"
    secure.ask(code)
    records = secure.records()
    started = [each["run"] for each in records if each["event"] == "run.start"]
    ended = [each["run"] for each in records if each["event"] == "run.end"]
    assert len(started) == secure.count
    assert sorted(started) == sorted(ended)
    assert records[-2]["codeSha256"] == hashlib.sha256(code.encode()).hexdigest()
    assert records[-1]["error"] is not None
    log = verified(sorted(Path(secure.audit).glob("*.jsonl")))
    assert (log.broken, log.lines) == (None, 2 * secure.count)


@pytest.mark.parametrize("part", range(amount(1, 8)))
def test_without_a_sandbox_they_do_what_the_warning_says(tmp_path: Path, part: int) -> None:
    missed = []
    with trial(tmp_path, "yolo", "yolo") as found:
        for snippet in YOLO[part :: amount(12, 8)]:
            found.machine.restore()
            codes = found.ask_group([snippet])
            assert codes.structured is not None
            assert WARNING in codes.structured["notes"]
            if codes.structured["value"] != [snippet.name]:
                missed.append(snippet.name)
    assert missed == []
