"""Run programs with a collection at every few allocations, and compare with a native build of the same sources.

    run.py MODULE NATIVE [--v8] [--first SEED] [--count N] [--corpus FOLDER] [--seconds S]

Prints each difference, and at the end `N passed, N failed`. A program of the corpus that a native run does not finish
well, or whose output differs without any pressure (such as by the size of a pointer), is left out. With `--v8` the module is that of pages, and Node runs it.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import wasmtime
from programs import program

THRESHOLDS = (16, 48, 160, 1000)
"""Bytes of allocations after which a collection follows; an allocation takes 16 or more."""
_V8 = Path(__file__).with_name("v8.mjs")
_V8_SECONDS = 120.0
_OUT_OF_FUEL = "TrapCode.OUT_OF_FUEL"


class Wasmtime:
    """Runs the module, each time in an instance of its own."""

    def __init__(self, module: Path) -> None:
        config = wasmtime.Config()
        config.consume_fuel = True
        self._engine = wasmtime.Engine(config)
        self._module = wasmtime.Module(self._engine, module.read_bytes())
        self._linker = wasmtime.Linker(self._engine)
        self._linker.define_wasi()

    def output(self, code: str, threshold: int | None) -> tuple[object, bytes]:
        """Return how a program ends, and what it prints."""
        with tempfile.NamedTemporaryFile() as stdout, tempfile.NamedTemporaryFile() as stderr:
            wasi = wasmtime.WasiConfig()
            wasi.argv = argv_of(code, threshold)
            wasi.stdout_file, wasi.stderr_file = stdout.name, stderr.name
            store = wasmtime.Store(self._engine)
            store.set_fuel(40_000_000_000)
            store.set_limits(memory_size=256 << 20)
            store.set_wasi(wasi)
            status: object = 0
            try:
                self._linker.instantiate(store, self._module).exports(store)["_start"](store)
            except wasmtime.ExitTrap as ended:
                status = ended.code
            except wasmtime.Trap as trap:
                status = str(trap.trap_code)
            store.close()
            return status, Path(stdout.name).read_bytes() + Path(stderr.name).read_bytes()


class V8:
    """The same in Node, which is started again when a program takes too long."""

    def __init__(self, module: Path) -> None:
        self._module = module
        self._node = self._started()

    def _started(self) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(["node", _V8, self._module], stdin=pipe, stdout=pipe, text=True)

    def output(self, code: str, threshold: int | None) -> tuple[object, bytes]:
        """Return how a program ends, and what it prints."""
        assert self._node.stdin is not None and self._node.stdout is not None
        timer = threading.Timer(_V8_SECONDS, self._node.kill)
        timer.start()
        self._node.stdin.write(json.dumps({"argv": argv_of(code, threshold)}) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        timer.cancel()
        if not line:
            self._node = self._started()
            return _OUT_OF_FUEL, b""
        answer = json.loads(line)
        return answer["status"], base64.b64decode(answer["output"])


def argv_of(code: str, threshold: int | None) -> list[str]:
    """Return the arguments of the module."""
    options = [] if threshold is None else ["-X", f"gc-threshold={threshold}"]
    return ["python", *options, "-c", code]


def native_output(native: Path, code: str) -> tuple[object, bytes] | None:
    """Return the same of the native program; None when it takes too long."""
    try:
        done = subprocess.run(
            [native, "-c", code],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode, done.stdout + done.stderr


def cases(given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Return names and programs."""
    if given.corpus is not None:
        for path in sorted(given.corpus.glob("*.py")):
            code = path.read_text("utf-8", "replace")
            if len(code) < 60_000:
                yield path.name, code
        return
    for seed in range(given.first, given.first + given.count):
        yield f"seed {seed}", program(seed)


def main() -> int:
    """Run all cases under each pressure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("module", type=Path)
    parser.add_argument("native", type=lambda text: Path(text).absolute())
    parser.add_argument("--v8", action="store_true")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9)
    given = parser.parse_args()
    sandbox = (V8 if given.v8 else Wasmtime)(given.module)
    passed = failed = left_out = 0
    end = time.monotonic() + given.seconds
    for name, code in cases(given):
        if time.monotonic() > end:
            break
        expected = native_output(given.native, code)
        # A program that fails says little: generated ones do not.
        is_good = expected is not None and (given.corpus or expected[0] == 0)
        if not is_good or sandbox.output(code, None) != expected:
            left_out += 1
            print(
                f"left out: {name}" if given.corpus else f"FAILED without pressure: {name}",
                flush=True,
            )
            failed += given.corpus is None
            continue
        for threshold in THRESHOLDS:
            found = sandbox.output(code, threshold)
            if found[0] == _OUT_OF_FUEL:
                left_out += 1
            elif found == expected:
                passed += 1
            else:
                failed += 1
                print(
                    f"FAILED: {name}, threshold {threshold}: {found[0]} {found[1][-300:]!r}",
                    flush=True,
                )
    print(f"left out: {left_out}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
