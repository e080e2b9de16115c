"""The archive of all packages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pybridge.errors import Conflict, PybridgeError
from pybridge.packages import wheels
from pybridge.packages.candidates import candidate
from pybridge.packages.entry import LockEntry
from pybridge.packages.merged import digest_of, merged
from tests.unit.packages.sandboxes import BOTH
from tests.wheels import Wheel

ONE = Wheel(
    "one-1.0-py3-none-any.whl",
    files=("one/__init__.py", "one/a.pyc", "one/a.pyi", "shared/__init__.py"),
    others={"one/data.txt": b"data"},
)
TWO = Wheel("two-1.0-py3-none-any.whl", files=("two.py", "shared/__init__.py"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))


def kept(wheel: Wheel) -> LockEntry:
    wheels.keep(wheel.content())
    return candidate(wheel.file_name, wheel.content(), BOTH, ()).entry


def test_it_has_the_files_of_all_wheels_that_an_import_may_read() -> None:
    content = merged([kept(ONE), kept(TWO)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [
            "one-1.0.dist-info/METADATA",
            "one/__init__.py",
            "one/data.txt",
            "shared/__init__.py",
            "two-1.0.dist-info/METADATA",
            "two.py",
        ]
        assert archive.read("one/data.txt") == b"data"


def test_it_is_the_same_every_time() -> None:
    one, two = kept(ONE), kept(TWO)
    assert merged([one, two]) == merged([two, one])
    assert digest_of([one, two]) == digest_of([two, one])
    assert digest_of([one]) != digest_of([one, two])


def test_two_packages_with_different_files_of_one_name_are_named() -> None:
    other = Wheel("other-1.0-py3-none-any.whl", files=(), others={"two.py": b"other"})
    with pytest.raises(Conflict, match=r"the packages other and two both have a file two\.py"):
        merged([kept(other), kept(TWO)])


def test_a_wheel_that_is_missing_or_unpacks_to_too_much_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = LockEntry("x", "1.0", "x-1.0-py3-none-any.whl", "0" * 64, (), ())
    with pytest.raises(PybridgeError, match="not on this machine, or was changed"):
        merged([absent])
    bomb = kept(Wheel("bomb-1.0-py3-none-any.whl", others={"bomb.txt": bytes(2_000_000)}))
    monkeypatch.setattr("pybridge.packages.merged.MOST_BYTES", 1_000_000)
    with pytest.raises(PybridgeError, match="more than 1,000,000 bytes together"):
        merged([bomb])
