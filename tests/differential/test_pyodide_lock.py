"""Our entries of a lock, compared with those of `pyodide lockfile add-wheels`, the command of the extra packages.

The environment of that command is set up once, from the package index, for Python 3.12 or newer; the comparison itself
opens no connection: the command runs with a proxy that does not exist.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from pybridge.build import pyodide_assets
from pybridge.build.sbom.licences import LICENCES
from pybridge.build.sbom.wheel import LOCKS, read_lock
from pybridge.packages.errors import WheelRefused
from pybridge.packages.lock_entries import lock_entry
from pybridge.packages.sandbox import Sandbox
from tests.amounts import IS_LONG
from tests.wheels import Wheel

ROOT = Path(__file__).parents[2]
SET_UP_S = 1_800
"""A download of 30 packages, where an index is slow."""
NO_PYTHON = 3
"""Exit status of dev/package_tools.py where this machine has no Python from 3.12 on."""
NOWHERE = "http://127.0.0.1:9"

pytestmark = [
    pytest.mark.skipif(not IS_LONG, reason="sets up an environment from the package index: --long"),
    pytest.mark.timeout(SET_UP_S + 120),
]

SEVERAL = Wheel("several-2.0.post1-py2.py3-none-any.whl", ("b/__init__.py", "a.py", "c/d/e.py"))
ALIKE = [
    SEVERAL,
    Wheel("Awkward.Name_of-1.0-py3-none-any.whl", name="awkward--NAME.of"),
    Wheel("ns_one-1.0-py3-none-any.whl", ("shared/one/__init__.py",)),
    Wheel("ns_two-1.0-py3-none-any.whl", ("shared/two.py", "notes/a.txt", "typed-stubs/b.pyi")),
    Wheel("build_number-1.0-7-py314-none-any.whl", ("built/__init__.py",)),
    Wheel("no_modules-1.0-py3-none-any.whl", ("data/table.csv",)),
    Wheel(
        "markers-1.0-py3-none-any.whl",
        requires=(
            "Several>=1",
            "ns.one; sys_platform == 'emscripten'",
            "ns_two; python_version >= '3.14' and platform_system == 'Emscripten'",
            "colorama; sys_platform == 'win32'",
            "tomli; python_full_version < '3.11'",
            "greenlet; platform_machine == 'x86_64' or implementation_name == 'pypy'",
            "attrs; os_name == 'posix' and platform_python_implementation == 'CPython'",
        ),
    ),
    Wheel(
        "with_extras-1.0-py3-none-any.whl",
        requires=("several; extra == 'fast'", "ns-one; extra == 'other'", "ns-two"),
    ),
    Wheel("wants_extra-1.0-py3-none-any.whl", requires=("with_extras[fast]",)),
]
EXTRAS = {"with-extras": ("fast",), "extras-of-itself": ("all",)}
"""What other wheels here want of it: their command looks at all wheels together."""

DIFFERENT: list[tuple[Wheel, dict[str, tuple[object, object]]]] = [
    # It copies the version of METADATA; names of files and other requirements have the normalised one.
    (
        Wheel("loose-1.0rc1-py3-none-any.whl", version="1.0-RC.1"),
        {"version": ("1.0rc1", "1.0-RC.1")},
    ),
    # It takes names that no import statement can have: of a script beside the modules, of a folder.
    (
        Wheel("scripts-1.0-py3-none-any.whl", ("run-me.py", "9lives/a.py", "real.py")),
        {"imports": (["real"], ["9lives", "real", "run-me"])},
    ),
    # It asks for a release of 5_0_3, from the name of the platform; the sandbox says 5.0.3.
    (
        Wheel("release-1.0-py3-none-any.whl", requires=("several; platform_release == '5.0.3'",)),
        {"depends": (["several"], [])},
    ),
    # It lists a package again for each of its requirements that hold.
    (
        Wheel("twice-1.0-py3-none-any.whl", requires=("several>=1", "several<3; os_name != 'nt'")),
        {"depends": (["several"], ["several", "several"])},
    ),
    # It lets a package depend on itself where an extra names others of the same package.
    (
        Wheel(
            "extras_of_itself-1.0-py3-none-any.whl",
            requires=("extras_of_itself[one]; extra == 'all'", "several; extra == 'one'"),
        ),
        {"depends": (["several"], ["extras-of-itself", "several"])},
    ),
    (
        Wheel("wants_all-1.0-py3-none-any.whl", requires=("extras_of_itself[all]",)),
        {},
    ),
]

ONLY_OURS_REFUSES = [
    # It does not read Requires-Python, does not look for native code, and does not compare METADATA with the file name.
    Wheel("too_old-1.0-py3-none-any.whl", more="Requires-Python: <3.14"),
    Wheel("native-1.0-py3-none-any.whl", ("native/_speed.abi3.so", "native/__init__.py")),
    Wheel("renamed-1.0-py3-none-any.whl", name="other"),
    # It drops the address and takes whatever has the name.
    Wheel("address-1.0-py3-none-any.whl", requires=("several @ https://x.invalid/several.whl",)),
]
BOTH_REFUSE = [
    Wheel("native_tag-1.0-cp314-cp314-linux_x86_64.whl"),
    Wheel("python_two-1.0-py2-none-any.whl"),
    Wheel("newer-1.0-py315-none-any.whl"),
    # Made for this sandbox, by PEP 783. It compares with another name of the platform; ours takes no native code yet.
    Wheel("pep_783-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"),
]


Entries = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder with the command in `bin/`, and with the wheels of locked packages in `wheels/`."""
    command = [sys.executable, str(ROOT / "dev" / "package_tools.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SET_UP_S, check=False)
    if done.returncode == NO_PYTHON:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0
    return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    """The Pyodide of the npm package that the built folder comes from."""
    return Sandbox.of_lock(json.loads(base_lock().read_text("utf-8"))["info"])


def base_lock() -> Path:
    return pyodide_assets.ensure() / "pyodide-lock.json"


def ours(wheels: Sequence[Path], sandbox: Sandbox) -> Entries:
    found = (lock_entry(path.name, path.read_bytes(), sandbox, wanted(path)) for path in wheels)
    return {entry.name: entry.to_json() for entry in found}


def wanted(path: Path) -> tuple[str, ...]:
    return EXTRAS.get(path.name.split("-")[0].replace("_", "-"), ())


def theirs(tools: Path, wheels: Sequence[Path], folder: Path) -> tuple[Entries, dict[str, Any]]:
    """Return the entries that the command added, and the rest of the lock that it wrote."""
    done = add_wheels(tools, wheels, folder)
    assert done.returncode == 0, done.stderr
    lock = json.loads((folder / "new.json").read_text("utf-8"))
    names = {path.name for path in wheels}
    added = {
        name: {field: value for field, value in entry.items() if field != "tool"}
        for name, entry in lock["packages"].items()
        if entry["file_name"] in names
    }
    lock["packages"] = {name: each for name, each in lock["packages"].items() if name not in added}
    return added, lock


def add_wheels(
    tools: Path, wheels: Sequence[Path], folder: Path
) -> subprocess.CompletedProcess[str]:
    (folder / "old.json").write_bytes(base_lock().read_bytes())
    command = [str(tools / "bin" / "pyodide"), "lockfile", "add-wheels"]
    files = ["--input", str(folder / "old.json"), "--output", str(folder / "new.json")]
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), NOWHERE)
    return subprocess.run(
        [*command, *files, *map(str, wheels)],
        cwd=folder,
        env={**os.environ, **nowhere, "no_proxy": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def written(wheels: Iterable[Wheel], folder: Path) -> list[Path]:
    paths = []
    for wheel in wheels:
        paths.append(folder / wheel.file_name)
        paths[-1].write_bytes(wheel.content())
    return paths


def in_order(entries: Entries) -> Entries:
    """Return entries with sorted lists: theirs have the order of the archive, and of METADATA."""
    lists = ("imports", "depends")
    return {
        name: {**entry, **{field: sorted(entry[field]) for field in lists}}
        for name, entry in entries.items()
    }


def test_entries_of_locked_packages_are_the_same(
    tools: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    wheels = sorted((tools / "wheels").glob("*.whl"))
    assert len(wheels) == 4
    added, rest = theirs(tools, wheels, tmp_path)
    assert in_order(added) == ours(wheels, sandbox)
    assert added["rich"]["depends"] == ["markdown-it-py", "pygments"]
    known = json.loads(base_lock().read_text("utf-8"))
    assert rest["info"] == known["info"]
    assert rest["packages"].keys() == known["packages"].keys() - added.keys()


def test_entries_of_awkward_wheels_are_the_same_or_differ_as_stated(
    tools: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    wheels = written([*ALIKE, *(wheel for wheel, _ in DIFFERENT)], tmp_path)
    added, _ = theirs(tools, wheels, tmp_path)
    added, own = in_order(added), ours(wheels, sandbox)
    assert added.keys() == own.keys()
    assert len(own) == len(wheels)
    found = {name: differences(own[name], added[name]) for name in own}
    stated = {wheel.file_name.split("-")[0].replace("_", "-"): each for wheel, each in DIFFERENT}
    assert {name: each for name, each in found.items() if each} == {
        name: each for name, each in stated.items() if each
    }


def differences(own: dict[str, Any], added: dict[str, Any]) -> dict[str, tuple[object, object]]:
    fields = own.keys() | added.keys()
    pairs = {field: (own.get(field), added.get(field)) for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("wheel", ONLY_OURS_REFUSES, ids=lambda wheel: str(wheel.file_name))
def test_what_only_ours_refuses(
    wheel: Wheel, tools: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    wheels = written([wheel, SEVERAL], tmp_path)
    assert add_wheels(tools, wheels, tmp_path).returncode == 0
    with pytest.raises(WheelRefused):
        ours(wheels, sandbox)


@pytest.mark.parametrize("wheel", BOTH_REFUSE, ids=lambda wheel: str(wheel.file_name))
def test_what_both_refuse(wheel: Wheel, tools: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    wheels = written([wheel], tmp_path)
    done = add_wheels(tools, wheels, tmp_path)
    assert done.returncode != 0
    assert "don't match Python version in lockfile" in done.stderr
    with pytest.raises(WheelRefused, match="not pure Python"):
        ours(wheels, sandbox)


def test_the_licences_are_those_that_the_packages_state(tools: Path) -> None:
    program = (
        "import importlib.metadata, json\n"
        "found = importlib.metadata.distributions()\n"
        "print(json.dumps({each.name: each.metadata['License-Expression'] for each in found}))\n"
    )
    command = [str(tools / "bin" / "python"), "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    stated = {str(canonicalize_name(name)): text for name, text in json.loads(done.stdout).items()}
    locked = read_lock((ROOT / LOCKS[0]).read_text("utf-8")).versions
    assert locked.keys() <= stated.keys()
    expected = {name: stated[name] for name in locked if stated[name]}
    assert {name: LICENCES[name] for name in expected} == expected
