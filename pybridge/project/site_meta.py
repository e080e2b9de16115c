"""Read `meta/project.json`, which the application that a project belongs to keeps beside the posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import DocumentUnreadable, PybridgeError
from pybridge.formats.json_text import parse_json
from pybridge.project.text import read_text

_FILE = "meta/project.json"
_MOST_BYTES = 1 << 20
_USED = ("mainLanguage", "blogmarkCategory")


@dataclass(frozen=True)
class SiteMeta:
    """The application's settings that pybridge uses: `mainLanguage` and `blogmarkCategory`."""

    values: Mapping[str, str]
    warnings: Sequence[str] = ()
    """What could not be used, each with the file; the file is not pybridge's own, so nothing fails."""

    def get(self, key: str) -> str | None:
        """Return a setting that is a text and not blank."""
        return self.values.get(key)


def read_site_meta(root: Path) -> SiteMeta:
    """Return the application's settings of the project at *root*; none where there is no such file."""
    path = root / _FILE
    try:
        found = parse_json(read_text(path, limit=_MOST_BYTES, name=_FILE, root=root), _FILE)
    except DocumentUnreadable as error:
        is_missing = isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError))
        return SiteMeta({}, () if is_missing else (_ignored(error.what()),))
    except PybridgeError as error:
        return SiteMeta({}, (_ignored(error.what()),))
    if not isinstance(found, dict):
        return SiteMeta({}, (_ignored(f"{_FILE}: an object was expected"),))
    given = {key: found[key] for key in _USED if found.get(key) is not None}
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    warnings = [_ignored(f"{_FILE}: {key} must be a text") for key in given if key not in texts]
    return SiteMeta({key: text for key, text in texts.items() if text.strip()}, warnings)


def _ignored(problem: str) -> str:
    return f"{problem}, ignored"
