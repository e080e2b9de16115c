"""A skill: the front matter and the text of its SKILL.md, and what was found in all of its files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.errors import DocumentUnreadable
from pybridge.formats import Bounds, Unreadable, read_yaml
from pybridge.skills.files import Files, read_files
from pybridge.skills.findings import Finding
from pybridge.skills.text_checks import text_findings

_BOUNDS = Bounds(characters=64 * 1024, depth=16, values=2000)
_NAMES = ("SKILL.md", "skill.md")
_FENCED = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.S | re.M)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_LINE = re.compile(r"^([A-Za-z][\w-]*):[ \t]+(?![\"'\[{|>&*!])(.*:.*)$", re.M)
_KNOWN = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
_RUNTIMES = ("openclaw", "clawdbot", "clawdis")
_MOST_BODY_LINES = 500


@dataclass(frozen=True)
class Skill:
    """A skill that was read."""

    name: str
    description: str
    content: str
    """All of SKILL.md."""
    sha256: str
    """Of all its files and their names."""
    files: Sequence[str]
    findings: Sequence[Finding]

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be imported."""
        return any(each.severity == "refuse" for each in self.findings)


def read_skill(place: Path) -> Skill:
    """Read a skill from a folder, an archive or its SKILL.md; nothing in it is run.

    Raises:
        DocumentUnreadable: when there is no SKILL.md that can be read.
        UsageError: when there are too many files.
    """
    files, findings = read_files(place)
    main = next((name for name in _NAMES if name in files), None)
    if main is None:
        raise DocumentUnreadable(place, "broken", "there is no SKILL.md in it")
    text = files[main].decode("utf-8", "replace")
    fields, found = _fields(main, text)
    findings += [*found, *_field_findings(main, fields, place), *_body_findings(main, text, files)]
    for path, content in files.items():
        findings += text_findings(path, content.decode("utf-8", "replace"))
    return Skill(
        name=_name(fields, place),
        description=str(fields.get("description") or "")[:1024],
        content=text,
        sha256=tree_hash(files),
        files=sorted(files),
        findings=findings,
    )


def tree_hash(files: Files) -> str:
    """Return a hash of all files and their names."""
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _fields(path: str, text: str) -> tuple[Mapping[str, Any], list[Finding]]:
    """Return the front matter, and what is wrong with it; values with a colon may lack their quotes."""
    block = _FENCED.match(text)
    if block is None:
        return {}, [Finding("refuse", "front-matter", "there is no front matter", path, 1)]
    try:
        return _mapping(read_yaml(block[1], _BOUNDS)), []
    except Unreadable as error:
        quoted = _KEY_LINE.sub(
            lambda found: f"{found[1]}: '{found[2].replace(chr(39), chr(39) * 2)}'", block[1]
        )
        finding = Finding("note", "front-matter", error.problem, path, error.line + 1)
        try:
            return _mapping(read_yaml(quoted, _BOUNDS)), [finding]
        except Unreadable:
            return {}, [Finding("refuse", "front-matter", error.problem, path, error.line + 1)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _name(fields: Mapping[str, Any], place: Path) -> str:
    name = fields.get("name")
    if isinstance(name, str) and _NAME.fullmatch(name) and len(name) <= 64:
        return name
    stem = place.stem if place.stem.lower() != "skill" else place.resolve().parent.name
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:64] or "skill"


def _field_findings(path: str, fields: Mapping[str, Any], place: Path) -> Iterator[Finding]:
    name, description = fields.get("name"), fields.get("description")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > 64:
        yield Finding(
            "note", "form", "the name is not 1 to 64 small letters, digits and hyphens", path
        )
    elif place.is_dir() and place.resolve().name != name:
        yield Finding("note", "form", "the name is not that of the folder", path)
    if not isinstance(description, str) or not description.strip():
        yield Finding("refuse", "form", "there is no description", path)
    elif len(description) > 1024:
        yield Finding("note", "form", "the description has more than 1024 characters", path)
    for key in sorted(set(map(str, fields)) - _KNOWN):
        yield Finding("note", "form", f"an unknown member: {key[:80]}", path)
    if "allowed-tools" in fields:
        yield Finding(
            "warn",
            "asks-tools",
            f"asks for tools, which it does not get: {str(fields['allowed-tools'])[:200]}",
            path,
        )
    yield from _runtime_findings(path, fields.get("metadata"))


def _runtime_findings(path: str, metadata: Any) -> Iterator[Finding]:
    """Yield what a skill asks a runtime for; nothing of it is given."""
    blocks = metadata if isinstance(metadata, dict) else {}
    for name in _RUNTIMES:
        block = blocks.get(name)
        if not isinstance(block, dict):
            continue
        for key in ("install", "requires"):
            if block.get(key):
                yield Finding(
                    "warn", f"asks-{key}", f"metadata.{name}.{key} is not carried out", path
                )


def _body_findings(path: str, text: str, files: Files) -> Iterator[Finding]:
    if text.count("\n") > _MOST_BODY_LINES:
        yield Finding("note", "form", f"it has more than {_MOST_BODY_LINES} lines", path)
    for each in sorted(files):
        if each.startswith("scripts/") or each.endswith((".py", ".sh", ".js", ".ps1")):
            yield Finding("warn", "script", "is a program; it is not imported, and never run", each)
