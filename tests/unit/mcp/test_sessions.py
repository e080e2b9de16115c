"""Sessions live from run to run, and never leak into another."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pybridge.errors import UsageError
from pybridge.mcp.runs.request import OUTPUT_DIR, CodeRun, RunLimits
from pybridge.mcp.runs.result import RunResult
from pybridge.mcp.runs.session import SessionBusy
from pybridge.mcp.tools.sessions import MOST_SESSIONS, Sessions
from pybridge.processes import Processes
from tests.unit.mcp.conftest import Assistant


@pytest.fixture(scope="module")
def sessions() -> Iterator[Sessions]:
    with Processes() as processes:
        found = Sessions(processes)
        yield found
        found.close()


def ran(
    sessions: Sessions, code: str, name: str = "a", timeout_ms: int = 30_000, output: int = 1000
) -> RunResult:
    limits = RunLimits(timeout_ms=timeout_ms, output_bytes=output)
    return sessions.start(name, CodeRun(code, inputs=name, limits=limits))[0].wait(60)


def test_variables_files_and_imports_stay(sessions: Sessions) -> None:
    assert ran(sessions, "import math\nx = 1\nopen('f', 'w').write('kept')").status == "ok"
    assert ran(sessions, "def f(): return x + math.floor(1.5)\nx += 1").value is None
    assert ran(sessions, "[f(), open('f').read(), inputs]").value == [3, "kept", "a"]


def test_a_session_knows_nothing_of_another(sessions: Sessions) -> None:
    ran(sessions, "x = 1\nopen('/tmp/f', 'w').write('1')", "b")
    assert ran(sessions, "import os\n['x' in globals(), os.listdir('/tmp')]", "c").value == [
        False,
        [],
    ]


def test_output_belongs_to_its_run_and_errors_do_not_end_it(sessions: Sessions) -> None:
    first = ran(sessions, "import sys\nprint('one')\nprint('err', file=sys.stderr)\nname\n")
    assert (first.stdout.text, first.stderr.text, first.status) == ("one\n", "err\n", "error")
    assert first.error is not None
    assert (first.error.type, first.error.line) == ("NameError", 4)
    second = ran(sessions, "import sys\nsys.exit(4)")
    assert (second.stdout.text, second.status, second.exit_code) == ("", "error", 4)
    assert ran(sessions, "print('x' * 5000)").stdout.content == b"x" * 1000
    assert ran(sessions, "print('two')").stdout.text == "two\n"


def test_new_and_changed_files_come_back_with_the_run_that_wrote_them(sessions: Sessions) -> None:
    write = f"open('{OUTPUT_DIR}/a.bin', 'wb').write(b'%s')"
    assert ran(sessions, write % "1", "files").artifacts == {"a.bin": b"1"}
    assert ran(sessions, "pass", "files").artifacts == {}
    assert ran(sessions, write % "22", "files").artifacts == {"a.bin": b"22"}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import sys\nsys.stdout.close()", id="closed"),
        pytest.param("import sys\nsys.stdout = sys.stderr = None", id="replaced"),
        pytest.param("import os\nos.write(1, b'x' * 100)", id="descriptor"),
        pytest.param("import json\njson.dumps = json.loads = None", id="json"),
        pytest.param("import os\nos.walk = os.lstat = None", id="os"),
    ],
)
def test_code_that_breaks_its_interpreter_has_an_outcome(sessions: Sessions, code: str) -> None:
    result = ran(sessions, code, "broken", timeout_ms=10_000)
    assert result.status in ("ok", "error", "failed", "timeout")
    sessions.end("broken")
    assert ran(sessions, "1 + 1", "broken").value == 2


def test_forged_outcomes_concern_only_their_own_run(sessions: Sessions) -> None:
    forge = """
import sys
frame = sys._getframe()
while "mark" not in frame.f_locals: frame = frame.f_back
mark = frame.f_locals["mark"]
import os
os.write(2, f"{mark}\\n".encode())
os.write(1, f'{mark}%s\\n'.encode())
"""
    for text in ("not json", '{"value": "forged", "files": {"/etc/passwd": "eA=="}}', '{"a": 1}'):
        result = ran(sessions, forge % text.replace("{", "{{").replace("}", "}}"), "forged")
        assert result.status in ("ok", "failed")
        assert result.changed == {}
        sessions.end("forged")


def test_a_timeout_ends_the_session_and_says_so(sessions: Sessions) -> None:
    started = time.monotonic()
    result = ran(sessions, "print('early', flush=True)\nwhile True: pass", "slow", timeout_ms=6000)
    assert (result.status, result.stdout.text) == ("timeout", "early\n")
    assert result.message is not None
    assert result.message.endswith("the session has ended")
    assert time.monotonic() - started < 30
    assert not sessions.is_alive("slow")


def test_limits_of_memory_and_files_hold_for_a_whole_session(sessions: Sessions) -> None:
    wide = RunLimits(memory_bytes=1 << 30)
    sessions.start("wide", CodeRun("1", limits=wide))[0].wait(60)
    for tighter in (RunLimits(), RunLimits(memory_bytes=1 << 30, file_count=5)):
        with pytest.raises(UsageError, match="another session"):
            sessions.start("wide", CodeRun("1", limits=tighter))
    sessions.start("wide", CodeRun("1", limits=replace(wide, timeout_ms=9000)))[0].wait(60)


def test_one_run_at_a_time_and_a_cancelled_one_ends(sessions: Sessions) -> None:
    running, _ = sessions.start("busy", CodeRun("while True: pass"))
    with pytest.raises(SessionBusy):
        sessions.start("busy", CodeRun("1"))
    threading.Timer(0.3, running.cancel).start()
    assert running.wait(30).status == "cancelled"


def test_there_are_not_too_many() -> None:
    with Processes() as processes:
        found = Sessions(processes)
        try:
            for number in range(MOST_SESSIONS):
                found.start(str(number), CodeRun("1"))
            with pytest.raises(Exception, match="end_session"):
                found.start("more", CodeRun("1"))
            assert found.end("0")
            found.start("more", CodeRun("1"))
        finally:
            found.close()


def test_a_client_names_sessions(assistant: Assistant) -> None:
    first = assistant.run("x = 1", session="s-1")
    assert first["session"] == {"id": "s-1", "isNew": True, "isAlive": True}
    assert assistant.run("x", session="s-1")["value"] == 1
    assert assistant.run("'x' in globals()")["value"] is False
    text = assistant.call("end_session", {"session": "s-1"}).content[0].text
    assert text == "the session s-1 has ended"
    again = assistant.run("'x' in globals()", session="s-1")
    assert (again["value"], again["session"]["isNew"]) == (False, True)
    dead = assistant.run("while True: pass", session="s-1", timeout_seconds=1)
    assert dead["session"]["isAlive"] is False
