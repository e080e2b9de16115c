"""The module that runs is the one that was hashed, and an ordinary file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pybridge.errors import DocumentUnreadable, IntegrityFailed
from pybridge.wasi.compile import WasmFile, compiled

EMPTY = b"\0asm\1\0\0\0"


def test_a_file_that_is_replaced_after_it_was_hashed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "module.wasm"
    path.write_bytes(EMPTY)
    wasm = WasmFile.of(path)
    path.write_bytes(EMPTY + b"\0\1\0")
    with pytest.raises(IntegrityFailed):
        compiled(wasm, "module", hint="", before=lambda: None)
    path.write_bytes(EMPTY)
    assert compiled(wasm, "module", hint="", before=lambda: None).is_file()


def test_a_compiled_module_that_was_changed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "module.wasm"
    path.write_bytes(EMPTY)
    made = compiled(WasmFile.of(path), "module", hint="", before=lambda: None)
    content = made.read_bytes()
    made.write_bytes(content[:-1] + b"\1")
    again = compiled(WasmFile.of(path), "module", hint="", before=lambda: None)
    assert again.read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="no pipes among its files")
def test_a_pipe_a_device_and_a_folder_are_no_modules(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe", tmp_path / "link", Path("/dev/zero"), tmp_path):
        with pytest.raises(DocumentUnreadable):
            WasmFile.of(path)
