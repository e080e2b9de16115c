"""The audit log: every run has lines, and a changed line shows."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from pybridge.errors import OutputFailed
from pybridge.mcp.audit import AuditLog, first_break
from tests.unit.mcp.conftest import connected


def lines(folder: Path) -> list[str]:
    files = sorted(folder.glob("audit-*.jsonl"))
    return [line for file in files for line in file.read_text("utf-8").splitlines()]


def test_a_log_is_a_chain_over_files_and_threads(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "log", most_bytes=1000)
    threads = [threading.Thread(target=log.write, args=({"n": n, "text": "\u2028é\n"},)) for n in range(50)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = lines(tmp_path / "log")
    assert len(list((tmp_path / "log").iterdir())) > 5
    assert first_break(found) is None
    assert {json.loads(line)["n"] for line in found} == set(range(50))


@pytest.mark.parametrize("at", [0, 1, 4])
def test_whatever_is_changed_shows(tmp_path: Path, at: int) -> None:
    log = AuditLog(tmp_path)
    for number in range(5):
        log.write({"n": number})
    whole = lines(tmp_path)
    changed = [*whole]
    changed[at] = whole[at].replace(f'"n": {at}', '"n": 9')
    assert first_break(changed) == at + 1
    if at < 4:
        assert first_break([*whole[:at], *whole[at + 1 :]]) == at + 1
        assert first_break([*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]]) == at + 1
    changed[at] = "not json"
    assert first_break(changed) == at + 1


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
