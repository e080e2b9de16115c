"""What a page tells of its processes for an audit log: the same events, in the same order, as on a server."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.processes.browsers import IN_BROWSERS
from e2e.processes.conftest import SLOWER, ProcessPage
from pybridge.processes import AuditEvent, Invocation, Processes
from pybridge.processes.runtimes import find
from tests.processes.tools import LARGE, TABLE, TRAP, UPPER, made

pytestmark = IN_BROWSERS

TOOLS = {"upper": UPPER, "trap": TRAP, "large": LARGE, "table": TABLE, "forbidden": UPPER}
ALLOWED = ["python", "upper", "trap", "large", "table"]
LOOP = "while True: pass"


def program(code: str, **limits: int) -> dict[str, Any]:
    return {"argv": ["python", "-c", code], "limits": limits}


TOO_MANY = "import time\nfor n in range(30): open(str(n), 'w').close()\ntime.sleep(60)"
"""It waits at the end: a server counts files from time to time, and a program may have ended before."""
CASES: dict[str, dict[str, Any]] = {
    "end": {"argv": ["python3", "-c", "import sys; sys.exit(7)", "é"]},
    "script": {"argv": ["./a", "x"], "files": {"/home/user/a": "#!/usr/bin/env python\n"}},
    "pipeline": {"pipeline": [["python", "-c", "print('a')"], ["/usr/bin/upper"]]},
    "output": program("print('abc')", stdoutBytes=2),
    "errors": program("import sys; print('abc', file=sys.stderr)", stderrBytes=2),
    "both": program("import sys; print('abc'); print(1 / 0)", stdoutBytes=2, stderrBytes=2),
    "time": program(LOOP, timeoutMs=1500 * SLOWER),
    "memory": program("x = bytearray(10**9)"),
    "files": program(TOO_MANY, fileCount=10),
    "given files": {**program("", filesBytes=2), "files": {"/a": "abc"}},
    "command": {"argv": ["python" * 30, "x" * 100], "limits": {"commandBytes": 80}},
    "denied": {"argv": ["forbidden", "x"]},
    "denied by path": {"argv": ["/bin/forbidden"]},
    "denied later": {"pipeline": [["python", "-c", ""], ["forbidden"]]},
    "denied script": {"argv": ["/a"], "files": {"/a": "#!/bin/forbidden\n"}},
    "unknown": {"argv": ["nothing"]},
    "trap": {"argv": ["trap"]},
    "large": {"argv": ["large"]},
    "table": {"argv": ["table"]},
}
if find("rustpython").wasm is None:  # pages never have it
    CASES["absent"] = {"argv": ["python", "-c", ""], "runtime": "rustpython"}


@pytest.fixture(scope="module")
def told(processes: ProcessPage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the events of each case in a page, and on a server."""
    folder = tmp_path_factory.mktemp("tools")
    on_server: list[AuditEvent] = []
    found = {}
    processes.do("start", allowed=ALLOWED)
    with Processes(on_event=on_server.append, allowed=ALLOWED) as host:
        for name, text in TOOLS.items():
            path = made(folder, name, text)
            host.register(name, path)
            processes.register(name, path.read_bytes())
        for name, value in CASES.items():
            processes.run(value)
            host.run(Invocation.from_json(value))
            found[name] = (processes.do("events"), [as_json(each) for each in on_server])
            on_server.clear()
    return found


def as_json(event: AuditEvent) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "command": event.command,
        **({"argv": list(event.argv)} if event.kind == "command.start" else {}),
        **({"subtype": event.subtype} if event.subtype else {}),
        **({} if event.exit_code is None else {"exitCode": event.exit_code}),
        **({} if event.duration_ms is None else {"durationMs": event.duration_ms}),
    }


def untimed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert all(each["durationMs"] >= 0 for each in events if "exitCode" in each)
    return [{key: each[key] for key in each if key != "durationMs"} for each in events]


@pytest.mark.parametrize("name", CASES)
def test_a_page_tells_what_a_server_tells(told: dict[str, Any], name: str) -> None:
    in_page, on_server = told[name]
    assert untimed(in_page) == untimed(on_server)


def test_the_cases_have_every_kind_of_event(told: dict[str, Any]) -> None:
    events = [event for in_page, _ in told.values() for event in in_page]
    assert {each["kind"] for each in events} == {
        "command.start",
        "command.complete",
        "command.timeout",
        "limit.exceeded",
        "capability.denied",
    }
    subtypes = {each["subtype"] for each in events if "subtype" in each}
    assert subtypes == {"stdout", "stderr", "files", "memory", "command"}


def test_a_cancelled_process_is_told(fresh: ProcessPage) -> None:
    fresh.do("start")
    fresh.page.evaluate(
        """() => {
            globalThis.ended = pybridgeProcess("run", JSON.stringify({
                id: 1, invocation: { argv: ["python", "-c", "while True: pass"] },
            }));
            setTimeout(() => pybridgeProcess("cancel", '{"id": 1}'), 1000);
            return globalThis.ended;
        }"""
    )
    kinds = [(each["kind"], each.get("exitCode")) for each in fresh.do("events")]
    assert kinds == [("command.start", None), ("command.cancelled", 125)]


@pytest.mark.parametrize("kind", ["command.start", "command.complete", "limit.exceeded"])
def test_what_a_listener_throws_is_what_the_run_rejects_with(fresh: ProcessPage, kind: str) -> None:
    found = fresh.page.evaluate(
        """async (kind) => {
            const { PythonProcess } = await import("/pybridge/processes.js");
            let isLoud = true;
            const python = await PythonProcess.start({ assets: "/pybridge/", onEvent: (event) => {
                if (isLoud && event.kind === kind) throw new Error(`no ${kind}`);
            } });
            const invocation = { argv: ["python", "-c", "print('abc')"], limits: { stdoutBytes: 1 } };
            const error = await python.run(invocation).catch((error) => error.message);
            isLoud = false;
            return [error, (await python.run(invocation)).stdout];
        }""",
        kind,
    )
    assert found == [f"no {kind}", "a"]
