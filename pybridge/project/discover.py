"""Find a project and read its settings."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pybridge.errors import DocumentUnreadable, ProjectInvalid, ProjectMissing
from pybridge.project.domains import BadTrust, Trust, read_trust
from pybridge.project.iframe_hosts import BadHtml, read_iframe_hosts

SETTINGS_FILE = "pybridge.toml"
SCRIPTS_FOLDER = "scripts"

_KNOWN: Mapping[str, type] = {
    "mainLanguage": str,
    "include": list,
    "exclude": list,
    "limits": dict,
    "trust": dict,
    "html": dict,
}
_WORDS: Mapping[type, str] = {str: "a text", list: "a list of texts", dict: "a table"}


@dataclass(frozen=True)
class Settings:
    """What pybridge.toml says."""

    main_language: str = "en"
    include: tuple[str, ...] = ("**/*.md",)
    """Globs of the documents, relative to the folder that is rendered."""
    exclude: tuple[str, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    """As limits.v1, not checked yet."""
    trust: Trust = field(default_factory=Trust)
    """Which scripts may share an interpreter."""
    iframe_hosts: tuple[str, ...] | None = None
    """Whose pages the iframes of macros may show; None means the built-in list."""
    warnings: tuple[str, ...] = ()
    """What was there and means nothing."""


@dataclass(frozen=True)
class Project:
    """A folder with pybridge.toml or scripts/; without a root only the defaults are there."""

    root: Path | None
    settings: Settings = Settings()

    def name_of(self, path: Path) -> str:
        """Return *path* as messages show it: relative to the project, else to here, else whole."""
        resolved = path.resolve()
        for folder in filter(None, (self.root, Path.cwd())):
            if resolved.is_relative_to(folder):
                return resolved.relative_to(folder).as_posix()
        return resolved.as_posix()


def find_project(start: Path, named: Path | None = None) -> Project:
    """Return the project that *named* is, or that *start* lies in.

    Raises:
        ProjectMissing: when *named* is no project; without a name there need not be one.
        ProjectInvalid: when pybridge.toml cannot be used.
    """
    if named is not None:
        root = named.resolve()
        if not _is_project(root):
            raise ProjectMissing(named)
        return Project(root, read_settings(root))
    here = start.resolve()
    found = next(filter(_is_project, (here, *here.parents)), None)
    return Project(found, read_settings(found)) if found else Project(None)


def _is_project(folder: Path) -> bool:
    return (folder / SETTINGS_FILE).is_file() or (folder / SCRIPTS_FOLDER).is_dir()


def read_settings(root: Path) -> Settings:
    """Read pybridge.toml; without one the defaults hold."""
    path = root / SETTINGS_FILE
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectInvalid(path, str(error)) from error
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    return _settings(path, raw)


def _settings(path: Path, raw: Mapping[str, Any]) -> Settings:
    for key, kind in _KNOWN.items():
        if key in raw and not _fits(raw[key], kind):
            raise ProjectInvalid(path, f"{key} must be {_WORDS[kind]}, not {raw[key]!r}")
    defaults = Settings()
    try:
        trust = read_trust(raw.get("trust", {}))
        iframe_hosts = read_iframe_hosts(raw.get("html", {}))
    except (BadTrust, BadHtml) as error:
        raise ProjectInvalid(path, str(error)) from error
    return Settings(
        main_language=raw.get("mainLanguage", defaults.main_language),
        include=tuple(raw.get("include", defaults.include)),
        exclude=tuple(raw.get("exclude", defaults.exclude)),
        limits=raw.get("limits", {}),
        trust=trust,
        iframe_hosts=iframe_hosts,
        warnings=tuple(_unknown(path, key) for key in raw if key not in _KNOWN),
    )


def _fits(value: object, kind: type) -> bool:
    if not isinstance(value, kind):
        return False
    return not isinstance(value, list) or all(isinstance(item, str) for item in value)


def _unknown(path: Path, key: str) -> str:
    close = difflib.get_close_matches(key, _KNOWN, n=1)
    known = ", ".join(_KNOWN)
    hint = f"did you mean {close[0]}?" if close else f"known are {known}"
    return f"{path.name}: unknown key {key!r}, ignored – {hint}"
