"""MicroPython as a runtime: found by its hash, built from what is recorded, and within the limits of every process."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pybridge.errors import IntegrityFailed
from pybridge.processes import Processes
from pybridge.processes.completed import Completed
from pybridge.processes.invocation import ProcessLimits
from pybridge.processes.runtimes import find
from pybridge.wasi import micropython
from tests.unit.processes.test_cases import required

FOLDER = Path(__file__).parents[3] / "runtimes" / "micropython"
SOURCES = ("build.sh", "package-lock.json", "lib", "patches", "port", "tools")


def fingerprint() -> str:
    """Return the hash of everything that the module is built from."""
    digest = hashlib.sha256()
    roots = [FOLDER / name for name in SOURCES]
    files = [path for root in roots for path in ([root] if root.is_file() else root.rglob("*"))]
    for path in sorted(path for path in files if path.is_file() and path.suffix != ".pyc"):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(FOLDER).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def run(
    processes: Processes, code: str, *args: str, limits: ProcessLimits | None = None
) -> Completed:
    runtime = required("micropython")
    return processes.spawn(["python", "-c", code, *args], runtime=runtime, limits=limits).wait()


def test_the_recorded_module_was_built_from_these_sources() -> None:
    assert fingerprint() == micropython.SOURCES, (
        "build it again; then SHA256 and SOURCES in pybridge/wasi/micropython.py"
    )


def test_only_the_recorded_module_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    built = tmp_path / "built.wasm"
    built.write_bytes(b"\0asm\1\0\0\0")
    with pytest.raises(IntegrityFailed):
        micropython.keep(built)
    assert micropython.find_wasm() is None
    assert find("micropython").to_json()["status"] == "absent"
    monkeypatch.setattr(micropython, "SHA256", hashlib.sha256(built.read_bytes()).hexdigest())
    micropython.keep(built)
    assert find("micropython").to_json()["status"] == "ready"


def test_a_module_that_was_changed_in_the_cache_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    built = tmp_path / "built.wasm"
    built.write_bytes(b"\0asm\1\0\0\0")
    monkeypatch.setattr(micropython, "SHA256", hashlib.sha256(built.read_bytes()).hexdigest())
    micropython.keep(built).write_bytes(b"\0asm\1\0\0\0\0\0")
    with Processes() as host:
        done = host.spawn(["python", "-c", ""], runtime="micropython").wait()
    assert done.exit_code == 1
    assert "make runtimes" in str(done.message)


def test_an_absent_one_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    with Processes() as host:
        done = host.spawn(["python", "-c", ""], runtime="micropython").wait()
    assert (done.exit_code, done.message) == (127, "micropython: not found: the runtime is absent")


@pytest.mark.parametrize(
    "code",
    [
        "def f(n): return 1 + f(n + 1)\nf(0)",
        "class A:\n    def __init__(self): A()\nA()",
        "def g(n):\n    for x in g(n + 1): yield x\nlist(g(0))",
        "class A:\n    def __repr__(self): return repr(self)\nprint(A())",
        "class A:\n    def __eq__(self, other): return self == other\nA() == A()",
        "def k(x): return sorted([2, 1], key=k)\nk(0)",
        "c = 'exec(c)'\nexec(c)",
    ],
)
def test_recursion_without_end_is_an_exception(processes: Processes, code: str) -> None:
    done = run(processes, code)
    assert done.exit_code == 1
    assert "RecursionError" in done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "x = []\nfor i in range(10**5): x = [x]\nprint(len(repr(x)))",
        "import json\nx = []\nfor i in range(10**5):\n    x = [x]\njson.dumps(x)",
    ],
)
def test_a_stack_of_c_that_is_full_ends_the_process_cleanly(
    processes: Processes, code: str
) -> None:
    assert run(processes, code).exit_code in (1, 70)


def test_functions_call_each_other_as_deep_as_in_cpython(processes: Processes) -> None:
    done = run(processes, "def f(n): return n and 1 + f(n - 1)\nprint(f(900))")
    assert done.stdout == "900\n"


def test_memory_ends_in_an_exception_that_can_be_handled(processes: Processes) -> None:
    code = "x = []\ntry:\n    while True: x.append(bytearray(10**6))\nexcept MemoryError:\n    n = len(x)\n    x = None\n    print(10 < n < 64)"
    done = run(processes, code, limits=ProcessLimits(memory_bytes=64 << 20))
    assert (done.stdout, done.exit_code) == ("True\n", 0)


def test_large_dictionaries_are_not_slow(processes: Processes) -> None:
    code = "d = {}\nfor i in range(200000): d[str(i)] = i\nprint(len(d), d['77777'])"
    done = run(processes, code, limits=ProcessLimits(timeout_ms=20_000))
    assert done.stdout == "200000 77777\n"


@pytest.mark.parametrize("threshold", [16, 100, 1000])
def test_a_collection_at_every_allocation_changes_nothing(
    processes: Processes, threshold: int
) -> None:
    code = (
        "import json, re\n"
        "words = ['w%d' % i for i in range(60)]\n"
        "print(re.sub(r'w(\\d)', lambda m: '<' + m.group(1) * 3 + '>', ' '.join(words))[-60:])\n"
        "print(sorted(json.loads(json.dumps({w: [w, {w: w * 2}] for w in words})).items())[7])\n"
        "print(sum((int('9' * i) for i in range(1, 60))))\n"
        "class P:\n    def __init__(self, x): self.x = [x]\n    def __lt__(self, o): return str(self.x) < str(o.x)\n"
        "print([p.x for p in sorted(P(w) for w in words)][-3:])\n"
    )
    expected = run(processes, code)
    assert expected.exit_code == 0
    pressed = processes.spawn(
        ["python", "-X", f"gc-threshold={threshold}", "-c", code], runtime="micropython"
    ).wait()
    assert (pressed.stdout, pressed.stderr) == (expected.stdout, "")
