"""Archives that are made up, signed by a trusted key: each is refused, or is installed inside its folder as it says."""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pybridge.bundles.refusals import Refused
from pybridge.bundles.store.installing import install
from tests.amounts import amount
from tests.unit.bundles.making import KEY, canonical, checked, manifest, signature, trusting

MEMORY = Path("/dev/shm")
PARTS = ("a", "A", "b", "..", ".", "", "con", "CON.txt", "c ", "d.", "C:", "x\\y", "é", "e\u0301", "PROGRA~1", "\n", "\0")  # fmt: skip
KINDS = (0o100644, 0o100755, 0o644, 0o755, 0o600, 0, 0o120777, 0o040755, 0o020666, 0o104755, 0o102755, 0o101777)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    name: str
    content: bytes = b"x"
    mode: int = 0o100644
    method: int = zipfile.ZIP_DEFLATED
    system: int = 3
    year: int = 1980
    comment: bytes = b""
    extra: bytes = b""


NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("/".join)
PLAIN = st.text(st.sampled_from("abc"), min_size=1, max_size=3)


def entries(names: st.SearchStrategy[str], *, is_odd: bool) -> st.SearchStrategy[Entry]:
    usual = {"name": names, "content": st.binary(max_size=50)}
    if not is_odd:
        return st.builds(Entry, **usual, mode=st.sampled_from(KINDS[:5]))
    return st.builds(
        Entry,
        **usual,
        mode=st.sampled_from(KINDS),
        method=st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)),
        system=st.sampled_from((0, 3)),
        year=st.sampled_from((1980, 2026)),
        comment=st.sampled_from((b"", b"c")),
        extra=st.sampled_from((b"", b"\1\0\0\0")),
    )


def packed(files: Sequence[Entry], comment: bytes, order: int) -> bytes:
    """An archive with a manifest that lists the files, and a good signature."""
    head = canonical(manifest({each.name: each.content for each in files}, workers=[]))
    first = [Entry("plugin.json", head), Entry("plugin.sig", signature(head))]
    rest = sorted(files, key=lambda each: each.name)
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")  # that a name stands twice
        for each in [*first, *rest][:: -1 if order == 1 else 1]:
            info = zipfile.ZipInfo("placeholder", (each.year, 1, 1, 0, 0, 0))
            info.filename, info.orig_filename = each.name, each.name
            info.create_system, info.compress_type = each.system, each.method
            info.external_attr, info.comment, info.extra = each.mode << 16, each.comment, each.extra
            archive.writestr(info, each.content)
        archive.comment = comment
    return target.getvalue()


def check(content: bytes, files: Sequence[Entry]) -> bool:
    """Return whether it was installed: then with these files, and nothing else anywhere."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        root = Path(scratch) / "root"
        root.mkdir()
        try:
            done = install(root, checked(content), trusting(KEY))
        except Refused:
            assert [each for each in Path(scratch).rglob("*") if each != root] == []
            return False
        found = {
            path.relative_to(done.folder).as_posix(): path.read_bytes()
            for path in Path(scratch).rglob("*")
            if path.is_file() and path.name not in ("lock", "state.json")
        }
        assert not any(path.is_symlink() for path in Path(scratch).rglob("*"))
        expected = {each.name: each.content for each in files}
        del found["plugin.json"], found["plugin.sig"]
        assert found == expected
        assert all((done.folder / name).stat().st_mode & 0o7777 == 0o644 for name in expected)
    return True


@settings(max_examples=amount(80, 2000))
@example([Entry("../evil")], b"", 0)
@example([Entry("a", mode=0o120777, content=b"/etc/passwd")], b"", 0)
@example([Entry("a"), Entry("a", b"y")], b"", 0)
@example([Entry("a"), Entry("A", b"y")], b"", 0)
@given(
    st.lists(entries(NAMES | PLAIN, is_odd=True), max_size=4),
    st.sampled_from((b"", b"comment")),
    st.integers(0, 3),
)
def test_a_hostile_archive_is_refused_or_stays_inside(
    files: list[Entry], comment: bytes, order: int
) -> None:
    check(packed(files, comment, order), files)


@settings(max_examples=amount(40, 500))
@given(st.lists(entries(PLAIN, is_odd=False), max_size=4, unique_by=lambda each: each.name))
def test_an_ordinary_archive_is_installed(files: list[Entry]) -> None:
    assert check(packed(files, b"", 0), files)
