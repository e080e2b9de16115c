"""Entries of a lock from wheels, and the wheels that are refused."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile

import pytest

from pybridge.packages import archives
from pybridge.packages.entry import LockEntry
from pybridge.packages.errors import WheelRefused
from pybridge.packages.lock_entries import lock_entry
from pybridge.packages.requirements import MOST_REQUIREMENTS
from pybridge.packages.sandbox import Sandbox
from tests.wheels import ABOUT, Wheel

SANDBOX = Sandbox("3.14.2", "5.0.3", "wasm32", "2026_0")
NAME = "x-1.0-py3-none-any.whl"


def entry(wheel: Wheel, *extras: str) -> LockEntry:
    return lock_entry(wheel.file_name, wheel.content(), SANDBOX, extras)


def test_an_entry_has_what_pyodide_reads() -> None:
    wheel = Wheel(
        "Zope.Some_thing-1.0.0rc1-py2.py3-none-any.whl",
        files=("zope/some/thing.py", "alone.py", "data/readme.txt", "stubs-only/a.pyi"),
        requires=("Ruamel.Yaml>=0.18", "attrs"),
    )
    assert entry(wheel).to_json() == {
        "name": "zope-some-thing",
        "version": "1.0.0rc1",
        "file_name": wheel.file_name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.content()).hexdigest(),
        "package_type": "package",
        "imports": ["alone", "zope"],
        "depends": ["attrs", "ruamel-yaml"],
        "unvendored_tests": False,
    }


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("python_version >= '3.14'", True),
        ("python_version < '3.14'", False),
        ("python_full_version == '3.14.2'", True),
        ("sys_platform == 'emscripten'", True),
        ("sys_platform == 'linux' or os_name == 'nt'", False),
        ("platform_system == 'Emscripten' and platform_machine == 'wasm32'", True),
        ("platform_release >= '5.0.3'", True),
        ("implementation_name == 'cpython'", True),
        ("extra == 'fast'", False),
    ],
)
def test_markers_are_those_of_the_sandbox(marker: str, holds: bool) -> None:
    found = entry(Wheel(NAME, requires=(f"needed; {marker}",)))
    assert found.depends == (("needed",) if holds else ())


def test_extras_add_what_they_require_also_through_each_other() -> None:
    requires = (
        "always",
        "x[fast,Pretty_Print]; extra == 'all'",
        "speedups; extra == 'fast'",
        "colour; extra == 'pretty-print'",
        "old; extra == 'fast' and python_version < '3.14'",
        "never; extra == 'other'",
    )
    wheel = Wheel(NAME, requires=requires)
    assert entry(wheel).depends == ("always",)
    assert entry(wheel, "fast").depends == ("always", "speedups")
    assert entry(wheel, "all").depends == ("always", "colour", "speedups")


@pytest.mark.parametrize(
    ("files", "imports"),
    [
        pytest.param(("a.py", "b/__init__.py", "c/d/e.py"), ("a", "b", "c"), id="several"),
        pytest.param(("ns/one/__init__.py", "ns/two.py"), ("ns",), id="namespace"),
        pytest.param(("a-b.py", "a.b/c.py", "9x/a.py", "class.py"), (), id="no-names"),
        pytest.param(("täglich.py", "_own.py"), ("_own", "täglich"), id="unicode"),
        pytest.param(("a/b-c/d.py", "e/f.txt"), (), id="no-module-below"),
    ],
)
def test_imports_are_what_an_import_can_name(
    files: tuple[str, ...], imports: tuple[str, ...]
) -> None:
    assert entry(Wheel(NAME, files=files)).imports == imports


REFUSED = [
    pytest.param(Wheel("x-1.0-cp314-cp314-linux_x86_64.whl"), "not pure Python", id="native-tag"),
    pytest.param(
        Wheel("x-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"), "not pure", id="pep-783"
    ),
    pytest.param(Wheel("x-1.0-py2-none-any.whl"), "not pure Python", id="python-2"),
    pytest.param(Wheel("x-1.0-py315-none-any.whl"), "not pure Python", id="newer-python"),
    pytest.param(Wheel("x-1.0.zip"), "extension", id="not-a-wheel-name"),
    pytest.param(Wheel("x-one-py3-none-any.whl"), "version", id="no-version"),
    pytest.param(Wheel(NAME, files=("x/_speed.abi3.so",)), "native code", id="native-file"),
    pytest.param(
        Wheel(NAME, files=("x-1.0.data/scripts/x.py",)), "another folder", id="data-folder"
    ),
    pytest.param(Wheel(NAME, about=ABOUT.replace("true", "false")), "Root-Is-Purelib", id="root"),
    pytest.param(Wheel(NAME, name="y"), "METADATA is of 'y'", id="other-name"),
    pytest.param(Wheel(NAME, version="1.1"), "METADATA is of 'x' '1.1'", id="other-version"),
    pytest.param(Wheel(NAME, version="one"), "METADATA: ", id="bad-version"),
    pytest.param(Wheel(NAME, more="Requires-Python: <3.14"), "needs Python", id="older-python"),
    pytest.param(Wheel(NAME, more="Requires-Python: new"), "METADATA: ", id="bad-requires-python"),
    pytest.param(Wheel(NAME, requires=("a b c",)), "invalid requirement", id="bad-requirement"),
    pytest.param(Wheel(NAME, requires=("a; b == 'c'",)), "invalid requirement", id="bad-marker"),
    pytest.param(Wheel(NAME, requires=("a @ https://x.invalid/a.whl",)), "address", id="address"),
    pytest.param(
        Wheel(NAME, requires=(f"a; {'(' * 600}os_name == 'posix'{')' * 600}",)),
        "too long",
        id="deep-marker",
    ),
    pytest.param(
        Wheel(NAME, requires=["a"] * (MOST_REQUIREMENTS + 1)), "more than", id="requirements"
    ),
    pytest.param(
        Wheel(NAME, requires=("x[e0]", *(f"x[e{n + 1}]; extra == 'e{n}'" for n in range(500)))),
        "more than 50 extras",
        id="extras-of-extras",
    ),
    pytest.param(Wheel(NAME, files=("../a.py",)), "outside", id="upwards"),
    pytest.param(Wheel(NAME, files=("/a.py",)), "outside", id="absolute"),
    pytest.param(Wheel(NAME, files=("a\\b.py",)), "ambiguous", id="backslash"),
    pytest.param(Wheel(NAME, others={"y-1.0.dist-info/METADATA": b""}), "2 folders", id="two"),
    pytest.param(
        Wheel(NAME, others={"x-1.0.dist-info/METADATA": b"\n" * 2_000_000}),
        "larger than",
        id="large-metadata",
    ),
    pytest.param(Wheel(NAME, others={"x-1.0.dist-info/METADATA": b"\xff"}), "METADATA", id="bytes"),
    pytest.param(
        Wheel(NAME, files=[f"a{n}.py" for n in range(archives.MOST_FILES + 1)]),
        "more than",
        id="many-files",
    ),
]


@pytest.mark.parametrize(("wheel", "problem"), REFUSED)
def test_a_wheel_is_refused_with_its_problem(wheel: Wheel, problem: str) -> None:
    with pytest.raises(WheelRefused, match=problem) as refused:
        entry(wheel)
    assert repr(wheel.file_name) in str(refused.value)


def zipped(*names: str, method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"")
    return buffer.getvalue()


def with_directory_size(size: int) -> bytes:
    content = bytearray(zipped("a.py"))
    struct.pack_into("<L", content, len(content) - 10, size)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "not a ZIP", id="empty"),
        pytest.param(b"x" * 100, "not a ZIP", id="text"),
        pytest.param(zipped(), "0 folders", id="no-files"),
        pytest.param(zipped("a.py", method=zipfile.ZIP_LZMA), "not deflated", id="lzma"),
        pytest.param(with_directory_size(2**31), "more than", id="long-directory"),
        pytest.param(with_directory_size(7), "damaged", id="wrong-directory"),
        pytest.param(zipped("x-1.0.dist-info/WHEEL"), "no file", id="no-metadata"),
        pytest.param(bytes(archives.MOST_BYTES + 1), "larger than", id="large"),
    ],
)
def test_bytes_that_are_not_a_wheel_are_refused(content: bytes, problem: str) -> None:
    with pytest.raises(WheelRefused, match=problem):
        lock_entry(NAME, content, SANDBOX)


def test_a_file_that_is_there_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped("a.py", "a.py")
    with pytest.raises(WheelRefused, match="ambiguous"):
        lock_entry(NAME, content, SANDBOX)


def test_a_wheel_that_is_changed_anywhere_is_read_or_refused() -> None:
    whole = Wheel(NAME, requires=("a; extra == 'b'",)).content()
    for place in range(len(whole)):
        for value in (0, 0x7F, 0xFF, whole[place] ^ 1):
            changed = whole[:place] + bytes([value]) + whole[place + 1 :]
            try:
                found = lock_entry(NAME, changed, SANDBOX)
            except WheelRefused:
                continue
            assert found.name == "x"
    for end in range(len(whole)):
        with pytest.raises(WheelRefused):
            lock_entry(NAME, whole[:end], SANDBOX)
