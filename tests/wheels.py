"""Wheels for tests: small, with whatever names and metadata a test asks for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ABOUT = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Wheel:
    """A wheel by its file name."""

    file_name: str
    files: Sequence[str] = ("module.py",)
    requires: Sequence[str] = ()
    name: str = ""
    """In METADATA; empty for that of the file name."""
    version: str = ""
    """As the name."""
    more: str = ""
    """Other lines of METADATA."""
    about: str = ABOUT
    others: Mapping[str, bytes] | None = None
    """More files, with their content."""

    def content(self) -> bytes:
        """Return its bytes, the same every time."""
        name, version = self.file_name.split("-")[:2]
        lines = [f"Name: {self.name or name}", f"Version: {self.version or version}", self.more]
        lines += [f"Requires-Dist: {each}" for each in self.requires]
        metadata = "\n".join(["Metadata-Version: 2.1", *filter(None, lines), "", "A description."])
        folder = f"{name}-{version}.dist-info"
        files = {
            **dict.fromkeys(self.files, b""),
            f"{folder}/METADATA": metadata.encode(),
            f"{folder}/WHEEL": self.about.encode(),
            f"{folder}/RECORD": b"",
            **(self.others or {}),
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files.items():
                archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()
