"""The audit log: every run has lines, and a changed line shows."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pybridge import abi
from pybridge.cli.app import run_command
from pybridge.errors import OutputFailed
from pybridge.mcp.audit import AuditLog
from pybridge.mcp.verification import verified
from tests.amounts import amount
from tests.unit.mcp.conftest import connected


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.jsonl"))


def lines(folder: Path) -> list[str]:
    return [line for file in files_of(folder) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four files of one log."""
    folder = tmp_path_factory.mktemp("log")
    written = AuditLog(folder, most_bytes=1000)
    for number in range(12):
        written.write({"n": number, "ms": number / 10, "text": "\u2028é\n", "inner": [{"a": None}]})
    assert len(files_of(folder)) == 4
    return files_of(folder)


def test_a_log_is_a_chain_over_files_and_threads(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "log", most_bytes=1000)
    threads = [threading.Thread(target=log.write, args=({"n": n, "text": "\u2028é\n"},)) for n in range(50)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = lines(tmp_path / "log")
    assert len(list((tmp_path / "log").iterdir())) > 5
    result = verified(files_of(tmp_path / "log"))
    last = json.loads(found[-1])["hash"]
    assert (result.broken, result.lines, result.chains, result.last) == (None, 50, 1, last)
    assert {json.loads(line)["n"] for line in found} == set(range(50))


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[list[bytes]], list[bytes]]:
    """A change of the files of a log."""
    kind = draw(st.sampled_from(["byte", "cut", "insert", "swap", "repeat", "drop", "files"]))
    one, other = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    piece = draw(st.binary(min_size=1, max_size=3) | st.sampled_from([b"\n", b" ", b"0", b"}"]))

    def mutated(contents: list[bytes]) -> list[bytes]:
        number = one % len(contents)
        if kind == "files":
            found = [*contents]
            found[number], found[other % len(found)] = found[other % len(found)], found[number]
            return found
        return [*contents[:number], _mutated(kind, contents[number], other, piece), *contents[number + 1 :]]  # fmt: skip

    return mutated


def _mutated(kind: str, content: bytes, place: int, piece: bytes) -> bytes:
    if kind in ("byte", "cut", "insert"):
        at = place % len(content)
        end = {"byte": at + 1, "cut": at + len(piece), "insert": at}[kind]
        return content[:at] + (b"" if kind == "cut" else piece) + content[end:]
    each = content.splitlines(keepends=True)
    at = place % len(each)
    if kind == "swap":
        each[0], each[at] = each[at], each[0]
    elif kind == "repeat":
        each.insert(at, each[at])
    else:
        del each[at]
    return b"".join(each)


def first_difference(before: list[bytes], after: list[bytes]) -> tuple[int, int] | None:
    """The file and the line of the first line that is not what it was; None if only lines at the end are missing."""
    expected = [line for content in before for line in content.split(b"\n")[:-1]]
    position = 0
    for number, content in enumerate(after):
        *whole, rest = content.split(b"\n")
        if not content:
            return number, 1
        for line, text in enumerate([*whole, *([rest] if rest else [])], 1):
            is_cut = line > len(whole)
            if is_cut or position >= len(expected) or text != expected[position]:
                return number, line
            position += 1
    return None


@settings(max_examples=amount(300, 5000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(change=mutations())
def test_the_first_line_that_was_changed_shows(
    log: list[Path], tmp_path: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    before = [path.read_bytes() for path in log]
    after = change(before)
    copies = [tmp_path / path.name for path in log]
    for path, content in zip(copies, after, strict=True):
        path.write_bytes(content)
    found = verified(copies).broken
    place = None if found is None else (copies.index(found.path), found.line)
    assert place == first_difference(before, after)


@pytest.mark.parametrize("number", range(4))
def test_each_file_can_be_missing_but_the_last(log: list[Path], number: int) -> None:
    found = verified([*log[:number], *log[number + 1 :]]).broken
    if number == 3:
        assert found is None
    else:
        assert found is not None
        assert (found.path, found.line) == (log[number + 1], 1)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda line: line.replace(b'"n": 0', b'"n": 1, "n": 0'), id="name twice"),
        pytest.param(lambda line: line.replace(b": ", b":"), id="spaces"),
        pytest.param(lambda line: line.replace(b'"n"', b'"\\u006e"'), id="escape"),
        pytest.param(lambda line: line.replace(b'"ms": 0.0', b'"ms": 0.00'), id="number"),
    ],
)  # fmt: skip
def test_the_same_values_written_otherwise_show(
    log: list[Path], tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    first, rest = log[0].read_bytes().split(b"\n", 1)
    changed = change(first + b"\n")
    assert changed != first + b"\n"
    copy = tmp_path / log[0].name
    copy.write_bytes(changed + rest)
    found = verified([copy]).broken
    assert found is not None
    assert found.line == 1


def test_logs_of_several_processes_are_checked_together(log: list[Path], tmp_path: Path) -> None:
    AuditLog(tmp_path).write({"n": 1})
    result = verified([*files_of(tmp_path), *log])
    assert (result.broken, result.chains, result.lines) == (None, 2, 13)


def test_a_file_that_goes_on_cannot_begin_anew(log: list[Path], tmp_path: Path) -> None:
    forged = AuditLog(tmp_path)
    forged.write({"n": 1})
    [path] = files_of(tmp_path)
    found = verified([log[0], path.rename(tmp_path / log[1].name)]).broken
    assert found is not None
    assert found.line == 1


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_command_names_the_line_and_ends_with_1(
    log: list[Path], tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(path) for path in log]
    assert run_command(["audit", "verify", *names, *options]) == 0
    said = capsys.readouterr().out
    assert json.loads(said)["lines"] == 12 if options else said.startswith("intact: 12 lines")
    copy = tmp_path / "audit.jsonl"
    copy.write_bytes(log[0].read_bytes().replace(b'"n": 1', b'"n": 7'))
    assert run_command(["audit", "verify", str(copy), *options]) == 1
    said = capsys.readouterr().out
    if options:
        assert abi.validate("cli-audit", json.loads(said)) == []
        assert json.loads(said)["broken"]["line"] == 2
    else:
        assert said.startswith(f"{copy}:2: ")


def test_what_is_not_there_or_not_named_is_an_error(tmp_path: Path) -> None:
    assert run_command(["audit", "verify", str(tmp_path / "nothing.jsonl"), "--json"]) == 1
    assert run_command(["audit", "verify", str(tmp_path)]) == 1
    assert run_command(["audit", "verify"]) == 2


def test_runs_are_recorded_and_without_a_log_nothing_runs(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    code = "open(OUTPUT_DIR + '/a', 'w').write('1')\n1/0"
    with connected(["--audit", str(folder)], cwd=tmp_path) as assistant:
        run_id = assistant.run(code, files={"in.txt": "x"})["runId"]
        [start, end] = map(json.loads, lines(folder))
        assert (start["event"], start["run"], start["tool"]) == ("run.start", run_id, "run_python")
        assert start["codeSha256"] == hashlib.sha256(code.encode()).hexdigest()
        assert start["policy"]["name"] == "secure"
        assert start["filesIn"][0]["path"].endswith("in.txt")
        assert (end["event"], end["status"], end["error"]) == ("run.end", "error", "ZeroDivisionError")  # fmt: skip
        assert end["artifacts"][0]["path"] == "a"
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        folder.write_text("in the way", "utf-8")
        with pytest.raises(Exception, match="audit"):
            assistant.run("1")


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("", "utf-8")
    with pytest.raises(OutputFailed):
        AuditLog(tmp_path / "log").write({"n": 1})
