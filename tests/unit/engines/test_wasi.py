"""The WASI engine: real guests that hang, flood, lie and try to escape."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from pybridge import abi
from pybridge.build.pins import WASM_SHA256
from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from pybridge.engines.supervision.spare import Spare
from pybridge.engines.supervision.worker_link import WorkerLink
from pybridge.engines.wasi.engine import open_wasi
from pybridge.engines.wasi.runtime import prepare
from pybridge.errors import BootFailed, DocumentUnreadable, IntegrityFailed, UsageError
from pybridge.wasi.compile import WasmFile
from pybridge.wasi.cpython import find_wasm, is_pinned
from tests.unit.engines.processes import child_dies_with_its_parent
from tests.unit.engines.supervised import supervisor_of

ROOT = Path(__file__).parents[3]
LIMITS = Limits(item_s=5, run_s=5, compile_s=5, memory_mib=128)
SHORT_S = 0.4
"""What scripts ask for that never end by themselves; what takes its time to end must not seem to be one of them."""

RENDERS = {
    "ok": "return {'html': '<b>' + context['params'].get('x', 'ok') + '</b>'}",
    "evil": "return {'html': '<img src=x onerror=alert(1)>'}",
    "random": "import random; return {'text': str(random.random())}",
    "hash": "return {'text': str(hash('a'))}",
    "environ": "import os; return {'text': ' '.join(sorted(os.environ))}",
    "argv": "import sys; return {'text': repr((sys.argv, sys.orig_argv, sys.stdin.read()))}",
    "version": "import sys; return {'text': '.'.join(map(str, sys.version_info[:2]))}",
    "engine": "import os; return {'text': ' '.join(n for n in os.listdir('/engine') if n[-4:] == '.bin')}",
    "forge": "import os; os.write(1, b'{\"kind\":\"outcomes\"}\\n'); return {'text': 'x'}",
    "half": "import os; os.write(1, b'no end of line'); os.write(2, b'words'); return {'text': 'x'}",
    "grow": "global kept; kept = bytearray(90 << 20); return {'text': 'x'}",
}
FAILS = {
    "loop": ("while True: pass", "timeout"),
    "sleep": ("import time; time.sleep(60)", "timeout"),
    "regex": ("import re; re.match('(a+)+$', 'a' * 60 + 'b')", "timeout"),
    "stdin": ("return {'text': open(0).read()}", "timeout"),
    "swallow": ("while True:\n        try:\n            while True: pass\n        except BaseException: pass", "timeout"),
    "exit": ("import os; os._exit(0)", "crash"),
    "closes": ("import os; os.close(1)", "crash"),
    "abort": ("import os; os.abort()", "crash"),
    "deep": ("class A:\n        def __getattr__(self, n): return getattr(self, n + 'x')\n    A().y", "crash"),
    "memory": ("return {'text': str(len(bytearray(1 << 30)))}", "memory"),
    "bomb": ("kept = []\n    while True: kept.append(bytearray(1 << 20))", "memory"),
    "flood": ("import os\n    while True: os.write(1, b'x' * 65536)", "crash"),
    "flood2": ("import os\n    while True: os.write(2, b'x' * 65536)", "timeout"),
    "print": ("while True: print('x' * 1000)", "timeout"),
    "fails": ("return {'html': context['params']['missing']}", "exception"),
    "recurse": ("def f(): return f()\n    f()", "exception"),
    "system": ("import os; os.system('id')", "capability"),
    "fork": ("import os; os.fork()", "capability"),
    "popen": ("import os; os.popen('id')", "capability"),
    "passwd": ("open('/etc/passwd')", "capability"),
    "up": ("open('/engine/../../../../etc/passwd')", "capability"),
    "tmp": ("open('/tmp/x', 'w')", "capability"),
    "archive": ("open('/engine/x', 'w')", "capability"),
    "mkdir": ("import os; os.mkdir('/engine/x')", "capability"),
    "unlink": ("import os; os.unlink('/engine/engine.bin')", "capability"),
    "socket": ("import socket; socket.socket()", "capability"),
    "connect": ("import socket; socket.create_connection(('127.0.0.1', 1))", "capability"),
    "urlopen": ("import urllib.request as r; r.urlopen('http://127.0.0.1:1')", "capability"),
    "subprocess": ("import subprocess; subprocess.run(['id'])", "capability"),
    "thread": ("import threading; threading.Thread(target=print).start()", "capability"),
    "ctypes": ("import ctypes", "capability"),
    "mmap": ("import mmap", "capability"),
}  # fmt: skip


def script(name: str, body: str) -> Script:
    ends = FAILS.get(name, ("", ""))[1] != "timeout"
    limits = "" if ends else f"LIMITS = {{'itemS': {SHORT_S}}}\n"
    return Script(f"scripts/{name}.py", f"{limits}def render(context):\n    {body}\n")


def call(name: str, **params: Any) -> dict[str, Any]:
    return {"abi": 1, "macro": {"name": name}, "params": params, "env": {"isPreview": False}}


def brief(outcome: dict[str, Any]) -> str:
    if "error" in outcome:
        return str(outcome["error"]["code"])
    return next(iter(outcome["result"].values()))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("wasi", limits=LIMITS) as running:
        bodies = {**RENDERS, **{name: body for name, (body, _) in FAILS.items()}}
        infos = running.load([script(name, body) for name, body in bodies.items()])
        assert [info["problems"] for info in infos] == [[]] * len(bodies)
        yield running


@pytest.mark.parametrize("name", FAILS)
def test_a_bad_macro_never_touches_its_neighbours(engine: Engine, name: str) -> None:
    outcomes = engine.render_calls([call("ok", x="1"), call(name), call("ok", x="2")])
    assert [brief(each) for each in outcomes] == ["<b>1</b>", FAILS[name][1], "<b>2</b>"]
    assert not [problem for outcome in outcomes for problem in abi.validate("outcome", outcome)]


def test_a_deadline_is_kept_and_the_spare_takes_over(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.render_calls([call("loop")])  # from here on there is a spare
    waited: list[float] = []
    take = Spare.take

    def timed(spare: Spare) -> WorkerLink:
        began = time.monotonic()
        try:
            return take(spare)
        finally:
            waited.append(time.monotonic() - began)

    monkeypatch.setattr(Spare, "take", timed)
    started = time.monotonic()
    [outcome] = engine.render_documents([{"text": "[[ok]] [[loop]] [[ok]]", "path": "a.md"}], {})
    took = time.monotonic() - started
    assert len(waited) >= 2, "the spare did not take over"
    # How long a start takes is the machine's affair.
    assert took - sum(waited) < 2 * (SHORT_S + 0.25) + 0.5
    assert outcome["output"] == "<b>ok</b>  <b>ok</b>"
    assert outcome["errors"][0]["call"] == {"path": "a.md", "line": 1, "column": 8}


def test_output_is_sanitised(engine: Engine) -> None:
    assert brief(engine.render_calls([call("evil")])[0]) == '<img src="x">'


def test_what_is_written_to_the_pipe_is_no_message_and_counted(engine: Engine) -> None:
    outcomes = engine.render_calls([call("forge"), call("half"), call("ok")])
    assert [brief(outcome) for outcome in outcomes] == ["x", "x", "<b>ok</b>"]
    supervisors = getattr(supervisor_of(engine), "supervisors")  # noqa: B009 – of one that isolates
    stray = [getattr(each.channel, "stray_bytes", 0) for each in supervisors]
    assert sum(stray) >= len('{"kind":"outcomes"}no end of line')


def test_the_guest_knows_nothing_of_the_host(engine: Engine) -> None:
    os.environ["PYBRIDGE_SECRET"] = "x"
    names = ("environ", "argv", "version", "engine")
    environ, argv, version, image = map(brief, engine.render_calls([call(n) for n in names]))
    assert (environ, argv) == ("HOME LANG TZ", "([''], [''], '')")
    assert (version, image) == ("3.12", "engine.bin")


def test_workers_share_the_hash_seed_and_no_random_numbers(engine: Engine) -> None:
    one = [brief(outcome) for outcome in engine.render_calls([call("random"), call("hash")])]
    engine.render_calls([call("exit")])
    other = [brief(outcome) for outcome in engine.render_calls([call("random"), call("hash")])]
    assert one[0] != other[0]
    assert one[1] == other[1]


def test_memory_that_is_given_back_can_be_used_again(engine: Engine) -> None:
    outcomes = engine.render_calls([call("grow"), call("bomb"), call("ok")])
    assert [brief(outcome) for outcome in outcomes] == ["x", "memory", "<b>ok</b>"]


def test_run_streams_and_is_killed_at_its_deadline(engine: Engine) -> None:
    heard: list[tuple[str, str]] = []
    source = {"path": "u.py", "content": "import sys\nprint('out', sys.argv[1:])\nwhile True: pass"}
    ran = engine.run(source, ["a"], timeout_s=1, on_output=lambda *piece: heard.append(piece))
    assert (ran["status"], ran["code"], ran["stdout"]) == ("error", "timeout", "out ['a']\n")
    assert "".join(text for _, text in heard) == "out ['a']\n"
    ran = engine.run({"path": "u.py", "content": "def main(): return {'n': 1}"}, [])
    assert (ran["status"], ran["result"]) == ("ok", {"n": 1})
    assert not abi.validate("cli-run", ran)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_child_dies_with_its_parent(state: str) -> None:
    child_dies_with_its_parent("wasi", state)


NO_PYTHON = '(module (memory (export "memory") 1) (func (export "_start")))'


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "deep" / "cache"
    folder.parent.mkdir()
    monkeypatch.setenv("PYBRIDGE_CACHE", str(folder))
    return folder


def test_the_interpreter_is_compiled_once_and_again_when_damaged(own_cache: Path) -> None:
    small = own_cache.parent / "small.wasm"
    small.write_bytes(wasmtime.wat2wasm(NO_PYTHON))
    said: list[str] = []

    def compiled() -> Path:
        with pytest.raises(BootFailed):  # it is kept, then asked to compile Python
            prepare(find_wasm(small), said.append)
        [module] = (own_cache / "wasi").glob("*.cwasm")
        return module

    assert compiled() == compiled()
    assert len(said) == 1
    module = compiled()
    assert stat.S_IMODE(module.parent.stat().st_mode) == 0o700
    content = module.read_bytes()
    at = len(content) // 2
    module.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    assert compiled().read_bytes() == content
    assert len(said) == 2


def test_another_interpreter_must_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    other = tmp_path / "other.wasm"
    other.write_bytes(b"\0asm\x01\0\0\0")
    with pytest.raises(IntegrityFailed, match="--wasm FILE"):
        prepare(WasmFile(other, WASM_SHA256))
    assert not is_pinned(find_wasm(other))
    other.write_bytes(b"text")
    with pytest.raises(DocumentUnreadable, match="not a WebAssembly module"):
        open_wasi(LIMITS, wasm=other)
    with pytest.raises(DocumentUnreadable, match="no such file"):
        open_engine(EngineChoice("wasi", tmp_path / "none.wasm"))
    with pytest.raises(UsageError, match="takes no --wasm"):
        open_engine(EngineChoice("native", other))
    assert is_pinned(find_wasm(find_wasm().path))


FILLS_WITH_ERRORS = (ROOT / "e2e/attacks/payloads/A06_exceptions.py").read_text("utf-8")
NESTS = "chain = None\n    for _ in range(400_000): chain = (chain, chain, chain, chain)\n    return {'text': 'nested'}"
PRINTS = "for _ in range(40): print('x' * 65536, end='')\n    return {'text': 'printed'}"


def test_memory_that_a_script_ran_out_of_is_free_for_the_next() -> None:
    """Errors keep their frames, and those the errors: only a collection frees them."""
    with open_engine("wasi", limits=LIMITS) as engine:
        for name, body in {"nests": NESTS, "prints": PRINTS}.items():
            source = f"def render(context):\n    {body}\n"
            engine.load([Script(f"scripts/{name}.py", source)])
        engine.load([Script("scripts/errors.py", FILLS_WITH_ERRORS)])
        names = ["prints", "nests", "errors", "prints", "nests"]
        codes = [
            outcome.get("error", {}).get("code")
            for name in names * 2
            for outcome in engine.render_calls([call(name)])
        ]
        assert codes == [None, None, "memory", None, None] * 2
        assert supervisor_of(engine).losses == 0
