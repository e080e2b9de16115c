"""What stands beside the documents for them to show: pictures, videos, sounds, fonts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pybridge.errors import InputTooLarge, PybridgeError
from pybridge.project.discover import SCRIPTS_FOLDER
from pybridge.project.paths import inside, project_path
from pybridge.project.tree import is_visible
from pybridge.scripts_store.storage.disk import Disk

MOST_BYTES = 64 * 1024 * 1024

TYPES: Mapping[str, str] = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".ogv": "video/ogg",
    ".webm": "video/webm",
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""By the name's ending; everything else is not given out."""


@dataclass(eq=False)
class MediaRefused(PybridgeError):
    """A file that is not shown in documents, whatever is there."""

    path: str
    reason: str
    code = "not-found"

    def what(self) -> str:
        """Name the path and what is wrong with it."""
        return f"{self.path[:200]!r}: {self.reason}"


@dataclass(frozen=True)
class Media:
    """A file and what it is."""

    content: bytes
    kind: str


def read_media(root: Path, name: str) -> Media:
    """Return the file *name*, relative to the project.

    A link counts as what it leads to: it must be such a file of the project itself.

    Raises:
        PathRefused: when the path leads out of the project.
        MediaRefused: when it is no picture, video, sound or font that documents may show.
        InputTooLarge: when it is larger than `MOST_BYTES`.
        DocumentUnreadable: when it cannot be read.
    """
    path = project_path(name, new=False)
    real = inside(root, path)
    own = PurePosixPath(real.relative_to(root.resolve()).as_posix())
    for each in (path, own):
        _refuse_other(name, each)
    if not real.is_file():
        raise MediaRefused(name, "no such file")
    if real.stat().st_size > MOST_BYTES:
        raise InputTooLarge(name, real.stat().st_size, MOST_BYTES)
    content = Disk().read(real, limit=MOST_BYTES, name=name)
    return Media(content, TYPES[own.suffix.lower()])


def _refuse_other(name: str, path: PurePosixPath) -> None:
    if not is_visible(str(path)):
        raise MediaRefused(name, "a hidden file, or in a folder that holds no documents")
    if path.parts[0].lower() == SCRIPTS_FOLDER:
        raise MediaRefused(name, "in the folder of the scripts")
    if path.suffix.lower() not in TYPES:
        raise MediaRefused(name, "no picture, video, sound or font, by its name")
