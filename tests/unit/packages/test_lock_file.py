"""What is read of pybridge.lock, and what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pybridge.packages.entry import LockEntry
from pybridge.packages.errors import LockInvalid
from pybridge.packages.lock_file import LOCK_FILE, Lock, read_lock
from pybridge.project.packages import WantedPackages
from tests.unit.packages.sandboxes import BOTH, BROWSER, WASI

Edit = Callable[[dict[str, Any]], object]


def entry(name: str, *depends: str) -> LockEntry:
    return LockEntry(name, "1.0", f"{name}-1.0-py3-none-any.whl", "0" * 64, (name,), depends)


WANTED = WantedPackages(("a",), {"far": ("c>=1",)})
LOCK = Lock(
    {each.name: each for each in (entry("a", "b"), entry("b", "a"), entry("c"))},
    {"a": "MIT"},
    WANTED.to_json(),
    BROWSER.info(),
    WASI.python,
)


def write(root: Path, edit: Edit) -> None:
    value = LOCK.to_json()
    edit(value)
    (root / LOCK_FILE).write_text(json.dumps(value))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_lock(tmp_path) is None
    (tmp_path / LOCK_FILE).write_text(LOCK.to_text())
    found = read_lock(tmp_path)
    assert found == LOCK
    assert found is not None
    found.require_current(WANTED)
    found.require_sandboxes(BOTH)


def test_a_domain_may_import_what_it_asks_for_and_what_that_needs() -> None:
    assert LOCK.imports_for("") == {"a": "a", "b": "b"}
    assert LOCK.imports_for("far") == {"a": "a", "b": "b", "c": "c"}


EDITS: dict[str, Edit] = {
    "schema": lambda value: value.update(schema="pybridge:lock.v2"),
    "more": lambda value: value.update(more=1),
    "no-packages": lambda value: value.pop("packages"),
    "hash": lambda value: value["packages"]["a"].update(sha256="0"),
    "path": lambda value: value["packages"]["a"].update(file_name="../a.whl"),
    "another-name": lambda value: value["packages"]["a"].update(name="b"),
    "absent-need": lambda value: value["packages"].pop("b"),
    "absent-wish": lambda value: value["packages"].pop("c"),
    "native": lambda value: value["packages"]["a"].update(package_type="shared_library"),
    "directory": lambda value: value["packages"]["a"].update(install_dir="stdlib"),
    "requirement": lambda value: value["pybridge"].update(requires={"*": ["a @ file:///"]}),
    "python": lambda value: value["pybridge"].update(wasi="3.12"),
}


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in EDITS.items()])
def test_a_lock_that_contradicts_itself_is_refused(tmp_path: Path, edit: Edit) -> None:
    write(tmp_path, edit)
    with pytest.raises(LockInvalid, match=r"pybridge\.lock: .* run `pybridge packages lock`"):
        read_lock(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "[" * 100_000, '{"schema": NaN}', "\xff"], ids=repr
)
def test_what_is_not_a_lock_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / LOCK_FILE).write_text(text, "latin-1")
    with pytest.raises(LockInvalid):
        read_lock(tmp_path)


def test_a_large_file_a_pipe_and_a_link_out_of_the_project_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    path = root / LOCK_FILE
    with path.open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    with pytest.raises(LockInvalid, match="larger than"):
        read_lock(root)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(LockInvalid):
        read_lock(root)
    path.unlink()
    (tmp_path / "other").write_text(LOCK.to_text())
    path.symlink_to(tmp_path / "other")
    with pytest.raises(LockInvalid):
        read_lock(root)


def test_a_lock_for_something_else_is_told() -> None:
    for wanted in (WantedPackages(), WantedPackages(("a", "c>=1")), WantedPackages(("a",))):
        with pytest.raises(LockInvalid, match="other requirements"):
            LOCK.require_current(wanted)
    with pytest.raises(LockInvalid, match="other versions of the sandboxes"):
        LOCK.require_sandboxes((BROWSER, type(WASI).of_wasi("3.13.0")))
