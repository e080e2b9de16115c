"""Whatever a process is given or does, there is an outcome with a reason, in time, and nothing is left behind."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Unpack

import pytest

from pybridge.processes import Completed, Invocation, Processes, ProcessLimits
from pybridge.processes.processes import Options
from tests.amounts import amount
from tests.processes.tools import LARGE, NO_COMMAND, TRAP, WANTS_MORE, made


def run(processes: Processes, code: str, **options: Unpack[Options]) -> Completed:
    return processes.run(processes.invocation([["python", "-c", code]], **options))


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"/home/../etc/passwd": ""}, "holds an empty part, . or .."),
        ({"home/user/a": ""}, "not an absolute path"),
        ({"/home/user/a\0b": ""}, "NUL"),
        ({"/home//a": ""}, "empty part"),
        ({"/": ""}, "a folder"),
        ({"/home/user": ""}, "a folder"),
        ({"/a": "", "/a/b": ""}, "/a is a file"),
        ({"/" + "d/" * 70 + "f": ""}, "too many folders"),
        ({"/" + "x" * 300: ""}, "too long"),
        ({"/\ud800": ""}, "surrogate"),
    ],
    ids=[
        "dots",
        "relative",
        "nul",
        "empty",
        "root",
        "folder",
        "inside-file",
        "deep",
        "long",
        "surrogate",
    ],
)
def test_a_path_that_is_none_is_refused(
    processes: Processes, files: dict[str, str], problem: str
) -> None:
    done = run(processes, "print(1)", files=files)
    assert (done.exit_code, done.stdout) == (2, "")
    assert problem in (done.message or "")
    assert done.message is not None
    assert done.message in done.stderr


def test_names_in_two_cases_are_two_files_or_refused(processes: Processes) -> None:
    files = {"/home/user/A.txt": "1", "/home/user/a.txt": "2"}
    done = run(processes, "print(open('A.txt').read(), open('a.txt').read())", files=files)
    assert (done.exit_code, done.stdout) in ((0, "1 2\n"), (2, ""))


@pytest.mark.parametrize(
    ("invocation", "problem"),
    [
        (Invocation([["python", "-c", "a\0b"]]), "NUL"),
        (Invocation([["python", "-c", "\udc00"]]), "surrogate"),
        (Invocation([["python"]], env={"A=B": ""}), "has no ="),
        (Invocation([["python"]], env={"A": "\0"}), "NUL"),
        (Invocation([["python"]], cwd="tmp"), "absolute"),
        (Invocation([["python"]], cwd="/a", files={"/a": b""}), "/cwd: /a is a file, not a folder"),
        (Invocation([["python"]], cwd="/a/b", files={"/a": b""}), "/cwd: /a is a file, not"),
        (Invocation([[]]), "must name a command"),
        (Invocation([[""]]), "must name a command"),
        (Invocation([["python"], ["", "a"]]), "/pipeline/1: must name a command"),
        (Invocation([]), "must name a command"),
    ],
)
def test_what_cannot_be_passed_is_refused(
    processes: Processes, invocation: Invocation, problem: str
) -> None:
    done = processes.run(invocation)
    assert done.exit_code == 2
    assert problem in (done.message or "")


def test_a_megabyte_of_arguments_or_environment_is_refused_unrun(processes: Processes) -> None:
    for invocation in (
        processes.invocation([["python", "-c", "print(1)", "x" * 1_000_000]]),
        processes.invocation([["python", "-c", "print(1)"]], env={"A": "x" * 1_000_000}),
    ):
        done = processes.run(invocation)
        assert (done.exit_code, done.error_class, done.stdout) == (1, "limit", "")
        assert "the limit is 65,536" in (done.message or "")


def test_too_many_files_and_too_many_bytes_are_refused(processes: Processes) -> None:
    many = {f"/home/user/{number}": "" for number in range(100_000)}
    done = run(processes, "print(1)", files=many)
    assert (done.exit_code, done.error_class, done.stdout) == (1, "limit", "")
    done = run(
        processes, "print(1)", files={"/a": b"x" * 1001}, limits=ProcessLimits(files_bytes=1000)
    )
    assert (done.exit_code, done.error_class, done.stdout) == (1, "limit", "")


def test_a_large_input_arrives_or_is_too_much_for_the_memory(processes: Processes) -> None:
    size = amount(20, 200) * 1_000_000
    code = "import sys\nprint(len(sys.stdin.buffer.read()))"
    done = run(processes, code, stdin=b"x" * size)
    assert (done.exit_code, done.stdout) == (0, f"{size}\n") or "MemoryError" in done.stderr


@pytest.mark.parametrize(
    ("text", "code", "problem"),
    [
        (TRAP, 70, "tool failed: unreachable"),
        (NO_COMMAND, 1, "exports no function _start"),
        (WANTS_MORE, 1, "env"),
        (LARGE, 1, "limits"),
    ],
    ids=["trap", "no-command", "unknown-import", "memory"],
)
def test_a_module_that_is_no_good_is_an_outcome(
    processes: Processes, tmp_path: Path, text: str, code: int, problem: str
) -> None:
    processes.register("tool", made(tmp_path, "tool", text))
    done = processes.spawn(["tool"]).wait()
    assert done.exit_code == code
    assert problem in (done.message or "")
    assert run(processes, "print(1)").stdout == "1\n"


def test_a_truncated_module_and_a_wrong_hash_are_outcomes(
    processes: Processes, tmp_path: Path
) -> None:
    whole = made(tmp_path, "tool", TRAP)
    whole.write_bytes(whole.read_bytes()[:-3])
    processes.register("cut", whole)
    processes.register("other", whole, sha256="0" * 64)
    for name, problem in (("cut", "not a WebAssembly module"), ("other", "changed or damaged")):
        done = processes.spawn([name]).wait()
        assert (done.exit_code, done.stdout) == (1, "")
        assert problem in (done.message or "")


def test_an_absent_runtime_is_not_found(processes: Processes) -> None:
    done = run(processes, "print(1)", runtime="rustpython")
    assert (done.exit_code, done.message) == (127, "rustpython: not found: the runtime is absent")


GUESTS = {
    "closes-descriptors": "import os\nfor n in range(64):\n    try: os.close(n)\n    except OSError: pass",
    "closes-and-loops": "import os\nfor n in range(64):\n    try: os.close(n)\n    except OSError: pass\nwhile True: pass",
    "floods": "while True: print('x' * 10_000)",
    "floods-both": "import sys\nwhile True: print('x' * 1000); print('y' * 1000, file=sys.stderr)",
    "recursion-in-c": "x = []\nfor _ in range(10 ** 6): x = [x]\nrepr(x)",
    "huge-allocation": "x = bytearray(10 ** 9)",
    "exits-oddly": "raise SystemExit(2 ** 40)",
    "exits-at-once": "import os\nos._exit(3)",
    "aborts": "import os\nos.abort()",
    "many-files": "for n in range(10 ** 9): open(f'/tmp/{n}', 'w').close()",
    "many-folders": "import os\nfor n in range(10 ** 9): os.mkdir(f'/tmp/{n}')",
    "many-bytes": "for n in range(10 ** 9): open(f'/tmp/{n}', 'wb').write(bytes(3_000_000))",
    "deep": "import os\nos.mkdir('/tmp/d')\nwhile True:\n    os.mkdir('/tmp/e')\n    os.rename('/tmp/d', '/tmp/e/d')\n    os.rename('/tmp/e', '/tmp/d')",
    "holes": "f = open('/tmp/f', 'wb')\nf.truncate(60_000_000)\nimport os\nfor n in range(10 ** 6): os.link('/tmp/f', f'/tmp/{n}')",
    "links": "import os\nos.symlink('../../../etc/passwd', 'a')\nos.symlink('.', 'b')\nos.symlink('missing', 'c')\nopen('d', 'w').close()",
    "removes-all": "import shutil\nshutil.rmtree('/home')\nshutil.rmtree('/tmp')",
}


@pytest.mark.parametrize("name", GUESTS)
def test_a_guest_that_does_not_behave_has_an_outcome_in_time(
    processes: Processes, name: str
) -> None:
    started = time.monotonic()
    limits = ProcessLimits(timeout_ms=1500, file_count=500, files_bytes=64_000_000)
    done = run(processes, GUESTS[name], limits=limits, files={"/home/user/given": "x"})
    assert time.monotonic() - started < 15
    value = done.to_json()
    assert len(json.dumps(value)) < 4_000_000
    assert done.exit_code in (0, 1, 3, 70, 124, 255)
    if name == "links":
        assert done.files == {"/home/user/d": b""}
    if name == "removes-all":
        assert done.files == {"/home/user/given": None}
    if name in ("many-files", "many-folders", "many-bytes", "deep"):
        assert done.error_class in ("limit", "timeout")
    assert run(processes, "print(1)").stdout == "1\n"
