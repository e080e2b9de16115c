"""WASI modules in child processes: streams, arguments, limits, exit status, and nothing else of the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import wasmtime

from pybridge.errors import DocumentUnreadable, IntegrityFailed
from pybridge.wasi.child import EXIT_TRAPPED
from pybridge.wasi.compile import WasmFile, compiled
from pybridge.wasi.invocation import ModuleResult, ModuleRun, run

FD = '(import "wasi_snapshot_preview1" "fd_{0}" (func ${0} (param i32 i32 i32 i32) (result i32)))'
LIST = '(import "wasi_snapshot_preview1" "{0}" (func ${0} (param i32 i32) (result i32)))'
EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'
WRITE = "(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))"


def module(imports: str, body: str) -> str:
    return f'(module {imports} (memory (export "memory") 1) (func (export "_start") {body}))'


def listing(what: str) -> str:
    """Return a module that writes its arguments or its environment, each with a zero byte."""
    sizes, get = f"{what}_sizes_get", f"{what}_get"
    imports = FD.format("write") + LIST.format(sizes) + LIST.format(get)
    body = f"""
      (drop (call ${sizes} (i32.const 8) (i32.const 4)))
      (drop (call ${get} (i32.const 1000) (i32.const 2000)))
      (i32.store (i32.const 0) (i32.const 2000)) {WRITE}"""
    return module(imports, body)


Made = Callable[[str], Path]
MODULES = {
    "copy": module(
        FD.format("read") + FD.format("write"),
        f"""(i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 1000))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8))) {WRITE}""",
    ),
    "args": listing("args"),
    "environ": listing("environ"),
    "exit": module(EXIT, "(call $exit (i32.const 7))"),
    "trap": module("", "unreachable"),
    "overflow": '(module (memory (export "memory") 1) (func $f (export "_start") call $f))',
    "endless": module("", "(loop (br 0))"),
    "grow": module(
        EXIT, "(call $exit (i32.eq (i32.const -1) (memory.grow (i32.const 100))))"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def module_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("wasi")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYBRIDGE_CACHE", str(folder / "cache"))
        yield lambda name: made(folder, name, MODULES[name])


def made(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(text)))
    return compiled(WasmFile.of(path), name, hint="", before=lambda: None)


def test_standard_input_and_output_are_passed_on(module_of: Made) -> None:
    assert run(ModuleRun(module_of("copy"), ("copy",)), b"text\n", 30) == ModuleResult(
        0, b"text\n", b""
    )


def test_arguments_and_environment_are_those_of_the_invocation(module_of: Made) -> None:
    given = ModuleRun(module_of("args"), ("args", "a b", ""))
    assert run(given, b"", 30).stdout == b"args\0a b\0\0"
    given = ModuleRun(module_of("environ"), ("environ",), env={"A": "1", "B": "2"})
    assert sorted(run(given, b"", 30).stdout.split(b"\0")) == [b"", b"A=1", b"B=2"]
    assert run(ModuleRun(module_of("environ"), ("environ",)), b"", 30).stdout == b""


@pytest.mark.parametrize(
    ("name", "status", "stderr"),
    [
        ("exit", 7, b""),
        ("trap", EXIT_TRAPPED, b"unreachable"),
        ("overflow", EXIT_TRAPPED, b"its stack overflowed"),
    ],
)
def test_the_end_is_an_exit_status(module_of: Made, name: str, status: int, stderr: bytes) -> None:
    ended = run(ModuleRun(module_of(name), (name,)), b"", 30)
    assert (ended.status, ended.stderr.strip()) == (status, stderr)


@pytest.mark.parametrize(("memory_mib", "is_refused"), [(1, True), (64, False)])
def test_memory_is_limited(module_of: Made, memory_mib: int, is_refused: bool) -> None:
    given = ModuleRun(module_of("grow"), ("grow",), memory_mib=memory_mib)
    assert run(given, b"", 30).status == int(is_refused)


def test_a_module_that_does_not_end_is_ended(module_of: Made) -> None:
    with pytest.raises(TimeoutError, match=r"longer than 0.5 s"):
        run(ModuleRun(module_of("endless"), ("endless",)), b"", 0.5)


def test_a_module_is_compiled_once_and_again_when_the_file_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "m.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(MODULES["exit"])))
    compilations: list[int] = []

    def compile_it() -> Path:
        return compiled(WasmFile.of(path), "m", hint="", before=lambda: compilations.append(1))

    file = compile_it()
    assert (compile_it(), len(compilations)) == (file, 1)
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert (compile_it(), len(compilations)) == (file, 2)
    assert run(ModuleRun(file, ("m",)), b"", 30).status == 7


def test_another_content_than_promised_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "m.wasm"
    path.write_text("text")
    with pytest.raises(IntegrityFailed, match="try that"):
        compiled(WasmFile(path, "0" * 64), "m", hint="try that", before=lambda: None)
    with pytest.raises(DocumentUnreadable, match="not a WebAssembly module"):
        compiled(WasmFile.of(path), "m", hint="", before=lambda: None)
