"""What all workers must have alike: the version of pybridge, and the content of the project."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pybridge
from pybridge.errors import PybridgeError
from pybridge.library.scripts import Place, limits_for, project_of
from pybridge.project.discover import SETTINGS_FILE, Project
from pybridge.project.scripts import read_scripts
from pybridge.project.site_data import shared_data
from pybridge.storage.regular_file import read_regular

_FILES = (SETTINGS_FILE, "pybridge.lock")
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(eq=False)
class ContentDiffers(PybridgeError):
    """A worker has another version of pybridge, or another project, than the program that sent it work."""

    expected: str
    found: str
    code = "conflict"
    hint = "give all workers the same pybridge and the same project"

    def what(self) -> str:
        """Say which of the two differs."""
        expected, found = self.expected.partition(" "), self.found.partition(" ")
        if expected[0] != found[0]:
            return f"this worker has pybridge {found[0]}, the work needs {expected[0]}"
        return f"the project of this worker differs: {found[2][:12]}, the work needs {expected[2][:12]}"


def content_of(project: Place | None = None) -> str:
    """Return the version of pybridge and a hash of what a project gives to its documents.

    The hash is of its scripts, settings, locked packages, media and tags, not of its place or the other text of its
    documents.

    Raises:
        ProjectMissing: when *project* is not a project.
    """
    found = project_of(project, None)
    digest = hashlib.sha256()
    if isinstance(found, Project):
        for part in _parts(found):
            digest.update(len(part).to_bytes(8, "big") + part)
    return f"{pybridge.__version__} {digest.hexdigest()}"


def _parts(project: Project) -> Iterator[bytes]:
    for name in _FILES:
        yield _read(project.root / name, project.root)
    yield project.settings.main_language.encode()
    limit = limits_for(project, None).input_bytes
    for script in read_scripts(project, limit=limit).scripts:
        yield script.path.encode()
        yield script.content.encode()
    yield json.dumps(shared_data(project, (), limit=limit), sort_keys=True).encode()


def _read(path: Path, root: Path) -> bytes:
    try:
        return read_regular(path, root=root, most=_MOST_BYTES)[0]
    except OSError:
        return b""  # what needs the file says so when the sandbox starts
