"""Where wheels come from when a lock is made: a folder, or a package index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from pybridge.formats.json_text import decode_json
from pybridge.packages import wheels
from pybridge.packages.archives import MOST_BYTES
from pybridge.packages.downloads import download, require_address
from pybridge.packages.errors import SourceFailed
from pybridge.storage.regular_file import read_regular

MOST_FILES = 10_000
"""Of one folder, and of one package in an index."""
_MOST_LIST_BYTES = 32 * 1024 * 1024
_JSON = "application/vnd.pypi.simple.v1+json"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SourceFile:
    """A wheel that a source has."""

    file_name: str
    place: str
    """Its address, or its path."""
    sha256: str = ""
    """As the index says; empty for a file of a folder."""


class Source(Protocol):
    """Has wheels by the name of their package."""

    def files(self, name: str) -> Sequence[SourceFile]:
        """Return the wheels of a package; none where the source does not know it."""
        ...

    def content(self, file: SourceFile) -> bytes:
        """Return the bytes of a wheel, which have the hash that its source says."""
        ...


def normalised(name: str) -> str:
    """Return the name of a package as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Folder:
    """A folder of wheels."""

    def __init__(self, folder: Path) -> None:
        """List it.

        Raises:
            SourceFailed: it cannot be read, or has too many files.
        """
        try:
            found = sorted(path for path in folder.iterdir() if path.suffix == ".whl")
        except OSError as error:
            raise SourceFailed(str(folder), error.strerror or str(error)) from error
        if len(found) > MOST_FILES:
            raise SourceFailed(str(folder), f"more than {MOST_FILES:,} wheels")
        self._files: dict[str, list[SourceFile]] = {}
        for path in found:
            name = normalised(path.name.partition("-")[0])
            self._files.setdefault(name, []).append(SourceFile(path.name, str(path)))

    def files(self, name: str) -> Sequence[SourceFile]:
        """Return the wheels of a package."""
        return self._files.get(name, [])

    def content(self, file: SourceFile) -> bytes:
        """Return a wheel.

        Raises:
            SourceFailed: it cannot be read, or is too large.
        """
        try:
            content, size = read_regular(Path(file.place), root=None, most=MOST_BYTES + 1)
        except OSError as error:
            raise SourceFailed(file.place, error.strerror or str(error)) from error
        if size > MOST_BYTES:
            raise SourceFailed(file.place, f"larger than {MOST_BYTES:,} bytes")
        return content


class Index:
    """A package index that answers in JSON: the Simple Repository API, PEP 691."""

    def __init__(self, address: str) -> None:
        """Take its address.

        Raises:
            SourceFailed: it cannot be used.
        """
        require_address(address)
        self._address = address.rstrip("/") + "/"
        self._listed: dict[str, list[SourceFile]] = {}

    def files(self, name: str) -> Sequence[SourceFile]:
        """Return the wheels of a package that are not withdrawn; those without a hash are left out.

        Raises:
            SourceFailed: it does not answer as an index does.
        """
        if name not in self._listed:
            self._listed[name] = self._list(f"{self._address}{name}/")
        return self._listed[name]

    def content(self, file: SourceFile) -> bytes:
        """Return a wheel, from the cache where that has it.

        Raises:
            SourceFailed: it cannot be fetched, or is not the one that the index names.
        """
        known = wheels.find(file.sha256)
        if known is not None:
            return known
        content = download(file.place, most=MOST_BYTES) or b""
        if wheels.hash_of(content) != file.sha256:
            raise SourceFailed(file.place, "the file does not have the hash that its index says")
        return content

    def _list(self, address: str) -> list[SourceFile]:
        content = download(address, most=_MOST_LIST_BYTES, accept=_JSON)
        if content is None:
            return []
        try:
            listed = decode_json(content.decode("utf-8"))["files"]
            wanted = [each for each in listed if _is_usable(each)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceFailed(address, "not the JSON of a package index (PEP 691)") from error
        if len(wanted) > MOST_FILES:
            raise SourceFailed(address, f"more than {MOST_FILES:,} files")
        return [
            SourceFile(each["filename"], _below(address, each["url"]), each["hashes"]["sha256"])
            for each in wanted
        ]


def _is_usable(listed: dict[str, object]) -> bool:
    hashes = listed["hashes"]
    sha256 = hashes.get("sha256") if isinstance(hashes, dict) else None
    texts = (listed["filename"], listed["url"], sha256)
    return (
        all(isinstance(each, str) for each in texts)
        and str(listed["filename"]).endswith(".whl")
        and bool(_SHA256.fullmatch(str(sha256)))
        and not listed.get("yanked")
    )


def _below(address: str, url: str) -> str:
    found = urljoin(address, url)
    return urlsplit(found)._replace(fragment="").geturl()
