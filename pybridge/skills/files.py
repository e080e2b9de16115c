"""The files of a skill, from a folder, an archive or a single file: read within bounds, with no link followed."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.skills.findings import Finding
from pybridge.skills.text_checks import name_findings
from pybridge.storage.regular_file import read_regular

MOST_FILES = 200
MOST_BYTES = 1024 * 1024
"""Of a file."""
MOST_ARCHIVE = 16 * 1024 * 1024
"""Bytes of an archive."""
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")
_PROGRAMS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm")

Files = dict[str, bytes]


def read_files(place: Path) -> tuple[Files, list[Finding]]:
    """Return the files by their path in the skill, and what is wrong with them.

    Raises:
        DocumentUnreadable: when *place* cannot be read.
        UsageError: when there are too many files.
    """
    if place.is_dir():
        files, findings = _of_folder(place)
    else:
        raw = _read(place, MOST_ARCHIVE)
        if raw[:4] == _ARCHIVES[0]:
            files, findings = _of_archive(raw, place)
        else:
            files, findings = {"SKILL.md": raw[: MOST_BYTES + 1]}, []
    findings += [each for path in files for each in name_findings(path)]
    findings += [
        each for path, content in files.items() for each in _content_findings(path, content)
    ]
    return files, [*findings, *_case_findings(files)]


def _of_folder(place: Path) -> tuple[Files, list[Finding]]:
    files: Files = {}
    findings: list[Finding] = []
    for folder, folders, names in os.walk(place, onerror=_unreadable):
        folders.sort()
        for name in sorted([*names, *folders]):
            path = Path(folder, name)
            inside = path.relative_to(place).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                what = "a link" if stat.S_ISLNK(mode) else "a device, a pipe or a socket"
                findings.append(Finding("refuse", "link", f"is {what}", inside))
                continue
            if len(files) >= MOST_FILES:
                raise UsageError(f"{place} has more than {MOST_FILES} files", "a skill is smaller")
            files[inside] = _read(path, MOST_BYTES + 1)
    return files, findings


def _of_archive(raw: bytes, place: Path) -> tuple[Files, list[Finding]]:
    files: Files = {}
    findings: list[Finding] = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise UsageError(f"{place} has more than {MOST_FILES} files", "a skill is smaller")
            for entry in entries:
                found = list(_entry_findings(entry, files))
                findings += found
                if not found and not entry.is_dir():
                    with archive.open(entry) as file:
                        files[entry.filename] = file.read(MOST_BYTES + 1)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OSError,
    ) as error:
        raise DocumentUnreadable(
            place, "broken", f"not a ZIP archive that can be read: {error}"
        ) from error
    return _without_top(files), findings


def _entry_findings(entry: zipfile.ZipInfo, known: Files) -> Iterator[Finding]:
    name = entry.filename
    parts = name.rstrip("/").split("/")
    if (
        name.startswith("/")
        or "\\" in name
        or ":" in parts[0]
        or any(each in ("", ".", "..") for each in parts)
    ):
        yield Finding("refuse", "path", "leads out of the skill", name)
    if entry.flag_bits & 1:
        yield Finding("refuse", "locked-archive", "is encrypted", name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield Finding("refuse", "link", "is a link or a device", name)
    if name in known:
        yield Finding("refuse", "path", "is there twice", name)


def _without_top(files: Files) -> Files:
    """Return the files below a single top folder, as archives of repositories have one."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files):
        return {path.partition("/")[2]: content for path, content in files.items()}
    return files


def _content_findings(path: str, content: bytes) -> Iterator[Finding]:
    if len(content) > MOST_BYTES:
        yield Finding("refuse", "size", f"has more than {MOST_BYTES:,} bytes", path)
    elif content.startswith(_ARCHIVES):
        yield Finding("refuse", "archive", "is an archive", path)
    elif content.startswith(_PROGRAMS):
        yield Finding("refuse", "program", "is a program", path)
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            yield Finding("refuse", "binary", "is not text", path)
        else:
            if "\0" in text:
                yield Finding("refuse", "binary", "is not text", path)


def _case_findings(files: Files) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for path in files:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            yield Finding("refuse", "path", f"is {other} on other systems", path)


def _read(path: Path, most: int) -> bytes:
    try:
        return read_regular(path, root=None, most=most)[0]
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error


def _unreadable(error: OSError) -> None:
    raise DocumentUnreadable.of(Path(error.filename), error)
