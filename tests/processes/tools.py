"""Two small WASI commands of our own, as text."""

from __future__ import annotations

from pathlib import Path

import wasmtime

_CALLS = """
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
"""
_READ_CHUNK = """
  (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 4096))
  (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
  (local.set $size (i32.load (i32.const 8)))
"""

UPPER = f"""(module {_CALLS}
  (func (export "_start") (local $size i32) (local $at i32) (local $byte i32)
    (block $end (loop $chunks {_READ_CHUNK}
      (br_if $end (i32.eqz (local.get $size)))
      (local.set $at (i32.const 0))
      (block $done (loop $bytes
        (br_if $done (i32.eq (local.get $at) (local.get $size)))
        (local.set $byte (i32.load8_u offset=100 (local.get $at)))
        (if (i32.and (i32.ge_u (local.get $byte) (i32.const 97)) (i32.le_u (local.get $byte) (i32.const 122)))
          (then (i32.store8 offset=100 (local.get $at) (i32.sub (local.get $byte) (i32.const 32)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))
      (i32.store (i32.const 4) (local.get $size))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $chunks)))))"""
"""Writes its input in capital letters."""

BYTES = f"""(module {_CALLS}
  (func (export "_start") (local $size i32) (local $total i32) (local $place i32)
    (block $end (loop $chunks {_READ_CHUNK}
      (br_if $end (i32.eqz (local.get $size)))
      (local.set $total (i32.add (local.get $total) (local.get $size)))
      (br $chunks)))
    (local.set $place (i32.const 64))
    (i32.store8 (local.get $place) (i32.const 10))
    (loop $digits
      (local.set $place (i32.sub (local.get $place) (i32.const 1)))
      (i32.store8 (local.get $place) (i32.add (i32.const 48) (i32.rem_u (local.get $total) (i32.const 10))))
      (local.set $total (i32.div_u (local.get $total) (i32.const 10)))
      (br_if $digits (local.get $total)))
    (i32.store (i32.const 0) (local.get $place))
    (i32.store (i32.const 4) (i32.sub (i32.const 65) (local.get $place)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"""
"""Writes how many bytes its input has."""

TRAP = '(module (memory (export "memory") 1) (func (export "_start") unreachable))'
NO_COMMAND = '(module (memory (export "memory") 1) (func (export "run")))'
WANTS_MORE = '(module (import "env" "host" (func)) (func (export "_start")))'
TABLE = '(module (table 200000 funcref) (memory (export "memory") 1) (func (export "_start")))'
LARGE = '(module (memory (export "memory") 8000) (func (export "_start")))'


def made(folder: Path, name: str, text: str) -> Path:
    """Write a module and return its file."""
    path = folder / f"{name}.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(text)))
    return path
