"""Which wheels a lock gets, and why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybridge.errors import PybridgeError
from pybridge.packages import wheels
from pybridge.packages.errors import NoVersionFits, PackageRefused
from pybridge.packages.lock_file import Lock
from pybridge.packages.locking import locked
from pybridge.packages.sources import Folder
from pybridge.project.packages import WantedPackages
from tests.unit.packages.sandboxes import BOTH
from tests.wheels import ABOUT, Wheel

WHEELS = (
    Wheel("a-1.0-py3-none-any.whl", requires=("b<2",), more="License-Expression: MIT"),
    Wheel("a-2.0-py3-none-any.whl", requires=("b>=2", "c; sys_platform == 'wasi'")),
    Wheel("a-3.0rc1-py3-none-any.whl"),
    Wheel("b-1.0-py3-none-any.whl", more="License: BSD"),
    Wheel("b-2.0-py3-none-any.whl", requires=("d; python_version >= '3.14'",)),
    Wheel("c-1.0-py3-none-any.whl", requires=("never; sys_platform == 'linux'",)),
    Wheel("d-1.0-py3-none-any.whl", requires=("e[more]",)),
    Wheel("e-1.0-py3-none-any.whl", requires=("f; extra == 'more'",)),
    Wheel("f-1.0-py3-none-any.whl", requires=("d",)),
    Wheel("narrow-1.0-py3-none-any.whl"),
    Wheel("narrow-2.0-py3-none-any.whl", more="Requires-Python: >=3.13"),
    Wheel("native-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"),
    Wheel("native-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"),
    Wheel("hidden-1.0-py3-none-any.whl", files=("hidden/_x.so",)),
    Wheel("newer-1.0-py3-none-any.whl"),
    Wheel("newer-2.0-cp314-cp314-manylinux_2_28_x86_64.whl"),
    Wheel("broken-1.0-py3-none-any.whl", name="other"),
    Wheel("later-1.0rc1-py3-none-any.whl"),
    Wheel("needy-1.0-py3-none-any.whl", requires=("native",)),
    Wheel("odd-1.0-py3-none-any.whl", about=ABOUT.replace("true", "false")),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    place = tmp_path / "wheels"
    place.mkdir()
    for wheel in WHEELS:
        (place / wheel.file_name).write_bytes(wheel.content())
    return Folder(place)


def lock(folder: Folder, *requirements: str) -> Lock:
    return locked(WantedPackages(requirements), folder, BOTH)


def versions(found: Lock) -> dict[str, str]:
    return {name: entry.version for name, entry in found.entries.items()}


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        pytest.param(("a",), {"a": "2.0", "b": "2.0", "c": "1.0", "d": "1.0", "e": "1.0", "f": "1.0"},
                     id="what-either-sandbox-needs-and-a-circle"),
        pytest.param(("a", "b<2"), {"a": "1.0", "b": "1.0"}, id="goes-back"),
        pytest.param(("e",), {"e": "1.0"}, id="no-extras"),
        pytest.param(("e[more]", "e"), {"d": "1.0", "e": "1.0", "f": "1.0"}, id="extras"),
        pytest.param(("a>=3.0rc1",), {"a": "3.0rc1"}, id="before-a-release-by-name"),
        pytest.param(("later",), {"later": "1.0rc1"}, id="before-a-release-if-alone"),
        pytest.param(("narrow",), {"narrow": "1.0"}, id="both-sandboxes-count"),
        pytest.param(("newer",), {"newer": "1.0"}, id="the-newest-pure-one"),
    ],
)  # fmt: skip
def test_the_newest_versions_that_fit_together(
    folder: Folder, requirements: tuple[str, ...], expected: dict[str, str]
) -> None:
    found = lock(folder, *requirements)
    assert versions(found) == expected
    for entry in found.entries.values():
        assert wheels.locked(entry.file_name, entry.sha256)
    assert found.to_text() == lock(folder, *reversed(requirements)).to_text()


def test_licences_are_those_of_the_metadata(folder: Folder) -> None:
    assert lock(folder, "a<2").licences == {"a": "MIT", "b": "BSD"}


@pytest.mark.parametrize(
    ("requirement", "error", "words"),
    [
        ("native", PackageRefused, ["has native code", "the engines browser and wasi cannot"]),
        ("needy", PackageRefused, ["no wheel of 'native' can be used"]),
        ("hidden", PackageRefused, ["native code: 'hidden/_x.so'", "engine browser (Python 3.14"]),
        ("narrow>=2", PackageRefused, ["it needs Python >=3.13", "engine wasi (Python 3.12.0)"]),
        ("broken", PackageRefused, ["METADATA is of 'other'"]),
        ("odd", PackageRefused, ["Root-Is-Purelib"]),
        ("absent", NoVersionFits, ["'absent' (pybridge.toml)", "there is none"]),
        ("b>2", NoVersionFits, ["'b>2' (pybridge.toml)", "there are 2.0, 1.0"]),
    ],
)
def test_the_reason_is_told(
    folder: Folder, requirement: str, error: type[PybridgeError], words: list[str]
) -> None:
    with pytest.raises(error) as told:
        lock(folder, requirement)
    assert all(word in str(told.value) for word in words), str(told.value)


def test_both_of_two_contradicting_requirements_are_named(folder: Folder) -> None:
    with pytest.raises(NoVersionFits) as told:
        lock(folder, "a==1.0", "b>=2")
    assert "'b>=2' (pybridge.toml)" in str(told.value)
    assert "'b<2' (a 1.0)" in str(told.value)


def test_a_wheel_that_was_changed_in_the_cache_is_not_used(folder: Folder, tmp_path: Path) -> None:
    found = lock(folder, "e")
    [path] = (tmp_path / "cache" / "wheels").iterdir()
    content = path.read_bytes()
    for place in (0, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(PybridgeError, match="is not on this machine, or was changed"):
            wheels.locked(found.entries["e"].file_name, found.entries["e"].sha256)
