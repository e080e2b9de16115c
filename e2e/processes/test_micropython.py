"""MicroPython in a page: loaded when it is wanted, checked before it runs, and within the limits of every process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from e2e.processes.browsers import IN_BROWSERS
from e2e.processes.conftest import SLOWER, ProcessPage
from e2e.processes.test_cases import in_pages
from pybridge.processes import Invocation, Processes
from pybridge.processes.page_folder import MICROPYTHON

pytestmark = IN_BROWSERS

RUNTIME = "micropython"
FOREVER = "\nwhile True: pass"
ENDLESS = [
    "def f(n): return 1 + f(n + 1)\nf(0)",
    "class A:\n    def __init__(self): A()\nA()",
    "def g(n):\n    for x in g(n + 1): yield x\nlist(g(0))",
    "class A:\n    def __repr__(self): return repr(self)\nprint(A())",
    "class A:\n    def __eq__(self, other): return self == other\nA() == A()",
    "def k(x): return sorted([2, 1], key=k)\nk(0)",
    "c = 'exec(c)'\nexec(c)",
]
WAYS: dict[str, dict[str, Any]] = {
    "output": {"code": "for n in range(3000): print('ü' * 99)", "limits": {"stdoutBytes": 101}},
    "errors": {
        "code": "import sys\nfor n in range(3000): print('x' * 99, file=sys.stderr)",
        "limits": {"stderrBytes": 101},
    },
    "files": {"code": "open('a', 'w').write('x' * 2000)", "limits": {"filesBytes": 1000}},
    "many files": {
        "code": "for n in range(100): open(str(n), 'w').close()",
        "limits": {"fileCount": 10},
    },
    "memory": {"code": "x = bytearray(10**9)", "limits": {"memoryBytes": 16 << 20}},
    "memory by steps": {
        "code": "x = []\nwhile True: x.append(bytearray(10**5))",
        "limits": {"memoryBytes": 16 << 20},
    },
    "little memory": {"code": "print(1)", "limits": {"memoryBytes": 65_536}},
    "command": {"code": "print(1)", "limits": {"commandBytes": 4}},
    "exit": {"code": "import sys; sys.exit(7)"},
    "uncaught": {"code": "def f(): raise ValueError('é')\nf()"},
    "syntax": {"code": "print("},
    "bytes": {"code": "import sys; sys.stdout.buffer.write(bytes(range(256)))"},
}


@pytest.fixture(autouse=True)
def _built() -> None:
    in_pages(RUNTIME)


@pytest.fixture(scope="module")
def host() -> Iterator[Processes]:
    with Processes() as processes:
        yield processes


def python(page: ProcessPage, code: str, **more: Any) -> dict[str, Any]:
    return page.python(code, runtime=RUNTIME, **more)


def manifest_without(page: ProcessPage, name: str) -> None:
    manifest = json.loads((page.folder / "manifest.json").read_text("utf-8"))
    del manifest["files"][name]
    answer = (200, {"Content-Type": "application/json"}, json.dumps(manifest).encode())
    page.server.overrides["/pybridge/manifest.json"] = lambda: answer


def requested(page: ProcessPage) -> set[str]:
    return {str(each).rpartition("/")[2].split("?")[0] for each in page.server.requests}


@pytest.mark.parametrize("code", ENDLESS)
def test_recursion_without_end_is_an_exception(
    processes: ProcessPage, host: Processes, code: str
) -> None:
    done = python(processes, code)
    assert done["exitCode"] == 1
    assert "RecursionError" in done["stderr"]
    assert alike(done) == alike(on_server(host, {"argv": ["python", "-c", code]}))


@pytest.mark.parametrize("way", WAYS)
def test_limits_and_ends_are_those_of_a_server(
    processes: ProcessPage, host: Processes, way: str
) -> None:
    invocation = {
        "argv": ["python", "-c", WAYS[way]["code"]],
        "limits": WAYS[way].get("limits", {}),
    }
    found = processes.run({**invocation, "runtime": RUNTIME})
    assert alike(found) == alike(on_server(host, invocation))


def on_server(host: Processes, invocation: Mapping[str, Any]) -> dict[str, Any]:
    return host.run(Invocation.from_json({**invocation, "runtime": RUNTIME})).to_json()


def alike(completed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in completed.items() if name != "durationMs"}


def test_a_loop_is_ended_in_time_and_keeps_what_it_wrote(processes: ProcessPage) -> None:
    started = time.monotonic()
    code = f"print('out')\nwith open('a', 'w') as f: f.write('made'){FOREVER}"
    done = python(processes, code, limits={"timeoutMs": 2000 * SLOWER})
    assert (done["exitCode"], done["errorClass"], done["stdout"]) == (124, "timeout", "out\n")
    assert done["files"] == {"/home/user/a": "made"}
    assert time.monotonic() - started < 10 * SLOWER
    assert python(processes, "print(1)")["stdout"] == "1\n"


def test_memory_ends_in_an_exception_that_can_be_handled(processes: ProcessPage) -> None:
    code = (
        "x = []\ntry:\n    while True: x.append(bytearray(10**6))\n"
        "except MemoryError:\n    n = len(x)\n    x = None\n    print(10 < n < 64)"
    )
    done = python(processes, code, limits={"memoryBytes": 64 << 20})
    assert (done["stdout"], done["exitCode"]) == ("True\n", 0)


def test_both_pythons_work_on_the_same_files_by_turns(processes: ProcessPage) -> None:
    code = "import sys\nprint(sys.implementation.name)"
    names = [
        processes.python(code, runtime=name)["stdout"]
        for name in ("cpython", RUNTIME, "cpython", RUNTIME)
    ]
    assert names == ["cpython\n", "micropython\n"] * 2


def test_it_is_loaded_when_the_first_process_wants_it(fresh: ProcessPage) -> None:
    fresh.do("start")
    fresh.python("print(1)")
    assert MICROPYTHON not in requested(fresh)
    assert python(fresh, "print(1)")["stdout"] == "1\n"
    assert MICROPYTHON in requested(fresh)


def test_a_page_that_starts_with_it_does_not_load_the_large_one(fresh: ProcessPage) -> None:
    fresh.do("start", runtime=RUNTIME)
    done = fresh.python("print(1)")
    assert (done["stdout"], done["runtime"]["name"]) == ("1\n", RUNTIME)
    assert fresh.run({"argv": []})["runtime"]["name"] == RUNTIME
    assert "python.wasm" not in requested(fresh)
    assert fresh.python("import sqlite3; print(1)", runtime="cpython")["stdout"] == "1\n"


def test_a_module_that_was_changed_is_not_run(fresh: ProcessPage) -> None:
    content = (fresh.folder / MICROPYTHON).read_bytes()
    changed = content.replace(b"RecursionError", b"recursionError", 1)
    assert changed != content
    fresh.server.overrides[f"/pybridge/{MICROPYTHON}"] = lambda: (200, {}, changed)
    error = fresh.ask("start", runtime=RUNTIME)["error"]
    assert (error["code"], "was changed or damaged" in error["message"]) == ("boot", True)
    fresh.do("start")
    invocation = {"argv": ["python", "-c", "print(1)"], "runtime": RUNTIME}
    error = fresh.ask("run", id=1, invocation=invocation)["error"]
    assert (error["code"], "was changed or damaged" in error["message"]) == ("boot", True)
    del fresh.server.overrides[f"/pybridge/{MICROPYTHON}"]
    assert python(fresh, "print(1)")["stdout"] == "1\n"  # it is asked for again


def test_a_folder_without_it_says_so(fresh: ProcessPage) -> None:
    manifest_without(fresh, MICROPYTHON)
    error = fresh.ask("start", runtime=RUNTIME)["error"]
    assert (error["code"], "make runtimes" in error["hint"]) == ("boot", True)
    fresh.do("start")
    done = python(fresh, "print(1)")
    message = "micropython: not found: the runtime is absent"
    assert (done["exitCode"], done["message"], done["stderr"]) == (127, message, f"{message}\n")
    assert done["runtime"] == {"name": RUNTIME, "version": None}
    assert fresh.python("print(1)")["stdout"] == "1\n"


def test_an_unknown_one_is_refused_at_the_start(fresh: ProcessPage) -> None:
    error = fresh.ask("start", runtime="ruby")["error"]
    assert (error["code"], "micropython" in error["hint"]) == ("usage", True)
