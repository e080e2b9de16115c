"""Media files of the project for its documents: pictures, videos, sounds, fonts."""

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
"""Media types by file name suffix; other files are not served."""


@dataclass(eq=False)
class MediaRefused(PybridgeError):
    """The path is not a media file that may be served."""

    path: str
    reason: str
    code = "not-found"

    def what(self) -> str:
        """Name the path and what is wrong with it."""
        return f"{self.path[:200]!r}: {self.reason}"


@dataclass(frozen=True)
class Media:
    """A media file."""

    content: bytes
    kind: str


def read_media(root: Path, name: str) -> Media:
    """Return the file *name*, relative to the project.

    The target of a symbolic link must be a media file of the project, too.

    Raises:
        PathRefused: when the path is outside the project.
        MediaRefused: when it is not a picture, video, sound or font, or may not be served.
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
        raise InputTooLarge(name, real.stat().st_size, MOST_BYTES, setting=None)
    content = Disk().read(real, root=root, limit=MOST_BYTES, name=name)
    return Media(content, TYPES[own.suffix.lower()])


def _refuse_other(name: str, path: PurePosixPath) -> None:
    if not is_visible(str(path)):
        raise MediaRefused(
            name, "a hidden file, or in a folder that is excluded from the documents"
        )
    if path.parts[0].lower() == SCRIPTS_FOLDER:
        raise MediaRefused(name, "in the scripts folder")
    if path.suffix.lower() not in TYPES:
        raise MediaRefused(name, "not a picture, video, sound or font, judging by its name")
