"""Find a project and read its settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pybridge.errors import DocumentUnreadable, ProjectInvalid, PybridgeError
from pybridge.formats import Bounds, Unreadable, read_toml
from pybridge.macros.values.problems import closest
from pybridge.project.domains import BadTrust, Trust, read_trust
from pybridge.project.features import BadFeatures, Features, read_features
from pybridge.project.iframe_hosts import BadHtml, read_iframe_hosts
from pybridge.project.packages import BadPackages, WantedPackages, read_packages
from pybridge.project.site_meta import read_site_meta
from pybridge.storage.regular_file import read_regular, real_path

SETTINGS_FILE = "pybridge.toml"
SCRIPTS_FOLDER = "scripts"
_MOST_BYTES = 1024 * 1024
SETTINGS_BOUNDS = Bounds(characters=_MOST_BYTES, depth=33, values=20_000)

_KNOWN: Mapping[str, type] = {
    "mainLanguage": str,
    "include": list,
    "exclude": list,
    "unknown": str,
    "limits": dict,
    "trust": dict,
    "html": dict,
    "features": dict,
    "packages": dict,
}
_UNKNOWN = ("warn", "ignore")
_WORDS: Mapping[type, str] = {str: "a string", list: "a list of strings", dict: "a table"}


@dataclass(eq=False)
class ProjectMissing(PybridgeError):
    """The command needs a project, and none was found."""

    start: Path
    code = "usage"
    hint = "name one with --project DIR, or make one with `pybridge init`"

    def what(self) -> str:
        """Name where it was looked for."""
        return f"no project at {self.start} or above: neither pybridge.toml nor scripts/ found"


@dataclass(frozen=True)
class Settings:
    """The settings in pybridge.toml."""

    main_language: str = "en"
    """Where pybridge.toml has none, that of meta/project.json."""
    include: tuple[str, ...] = ("**/*.md",)
    """Globs of the documents, relative to the folder that is rendered."""
    exclude: tuple[str, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    """As limits.v1, not checked yet."""
    trust: Trust = field(default_factory=Trust)
    """Which scripts may share an interpreter."""
    features: Features = field(default_factory=Features)
    iframe_hosts: tuple[str, ...] | None = None
    """Whose pages the iframes of macros may show; None means the built-in list."""
    packages: WantedPackages = field(default_factory=WantedPackages)
    """Which packages of others scripts may import."""
    warnings: tuple[str, ...] = ()
    """Keys that are unknown and ignored, and what meta/project.json has that cannot be used."""
    unknown: str = "warn"
    """What an unknown macro is: "warn" or "ignore", for documents with wiki links such as `[[Some Page]]`."""


@dataclass(frozen=True)
class Project:
    """A folder with pybridge.toml or scripts/."""

    root: Path
    settings: Settings = Settings()

    def name_of(self, path: Path) -> str:
        """Return *path* as messages show it: relative to the project or the current folder, else whole."""
        return _shown(path, (self.root, Path.cwd()))


@dataclass(frozen=True)
class BuiltIns:
    """The built-in macros and the default settings, for commands that need no project."""

    settings: Settings = Settings()

    def name_of(self, path: Path) -> str:
        """Return *path* as messages show it: relative to the current folder, else whole."""
        return _shown(path, (Path.cwd(),))


ProjectOrBuiltIns = Project | BuiltIns


def _shown(path: Path, folders: Iterable[Path]) -> str:
    resolved = real_path(path)
    for folder in folders:
        if resolved.is_relative_to(folder):
            return resolved.relative_to(folder).as_posix()
    return resolved.as_posix()


def require_project(start: Path, named: Path | None = None) -> Project:
    """Return the project as `find_project` does.

    Raises:
        ProjectMissing: when there is none.
        ProjectInvalid: when pybridge.toml cannot be used.
    """
    found = find_project(start, named)
    if found is None:
        raise ProjectMissing(start)
    return found


def project_or_built_ins(start: Path, named: Path | None = None) -> ProjectOrBuiltIns:
    """Return the project as `find_project` does, or the built-ins without one."""
    return find_project(start, named) or BuiltIns()


def find_project(start: Path, named: Path | None = None) -> Project | None:
    """Return the project in *named*, or the nearest one in *start* and its parents.

    Raises:
        ProjectMissing: when *named* is not a project.
        ProjectInvalid: when pybridge.toml cannot be used.
    """
    if named is not None:
        root = real_path(named)
        if not _is_project(root):
            raise ProjectMissing(named)
        return Project(root, read_settings(root))
    here = real_path(start)
    found = next(filter(_is_project, (here, *here.parents)), None)
    return Project(found, read_settings(found)) if found else None


def _is_project(folder: Path) -> bool:
    return (folder / SETTINGS_FILE).is_file() or (folder / SCRIPTS_FOLDER).is_dir()


def read_settings(root: Path) -> Settings:
    """Read pybridge.toml; return the defaults for what is not there."""
    path = root / SETTINGS_FILE
    try:
        raw = read_toml(settings_text(root), SETTINGS_BOUNDS)
    except Unreadable as error:
        place = f"line {error.line}, column {error.column}"
        raise ProjectInvalid(path, f"{error.problem} (at {place})") from error
    return _settings(path, raw)


def settings_text(root: Path) -> str:
    """Return the text of pybridge.toml; empty where there is no such file."""
    path = root / SETTINGS_FILE
    try:
        content, _ = read_regular(path, root=root, most=_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ProjectInvalid(path, f"larger than {_MOST_BYTES:,} bytes")
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ProjectInvalid(path, str(error)) from error
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error


def _settings(path: Path, raw: Mapping[str, Any]) -> Settings:
    for key, kind in _KNOWN.items():
        if key in raw and not _fits(raw[key], kind):
            raise ProjectInvalid(path, f"{key} must be {_WORDS[kind]}, not {raw[key]!r}")
    defaults = Settings()
    unknown = raw.get("unknown", defaults.unknown)
    if unknown not in _UNKNOWN:
        raise ProjectInvalid(path, f'unknown must be "warn" or "ignore", not {unknown!r}')
    try:
        trust = read_trust(raw.get("trust", {}))
        iframe_hosts = read_iframe_hosts(raw.get("html", {}))
        features = read_features(raw.get("features", {}))
        packages = read_packages(raw.get("packages", {}))
    except (BadTrust, BadHtml, BadFeatures, BadPackages) as error:
        raise ProjectInvalid(path, str(error)) from error
    meta = read_site_meta(path.parent)
    return Settings(
        main_language=raw.get("mainLanguage") or meta.get("mainLanguage") or defaults.main_language,
        include=tuple(raw.get("include", defaults.include)),
        exclude=tuple(raw.get("exclude", defaults.exclude)),
        unknown=unknown,
        limits=raw.get("limits", {}),
        trust=trust,
        features=features,
        iframe_hosts=iframe_hosts,
        packages=packages,
        warnings=(*(_unknown(path, key) for key in raw if key not in _KNOWN), *meta.warnings),
    )


def _fits(value: object, kind: type) -> bool:
    if not isinstance(value, kind):
        return False
    return not isinstance(value, list) or all(isinstance(item, str) for item in value)


def _unknown(path: Path, key: str) -> str:
    near = closest(key, _KNOWN)
    hint = f"did you mean {near}?" if near else f"known are {', '.join(_KNOWN)}"
    return f"{path.name}: unknown key {key!r}, ignored – {hint}"
