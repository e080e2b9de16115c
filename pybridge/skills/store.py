"""The skills of a project: the text of each, in `.pybridge/skills/`. Scripts and other files of a skill are not kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pybridge.errors import Conflict, UsageError
from pybridge.formats.json_text import decode_json
from pybridge.skills.skill import Skill
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import STATE_FOLDER, open_folder
from pybridge.storage.regular_file import read_regular

_FOLDER = "skills"
_SUFFIX = ".json"
_MOST_BYTES = 4 * 1024 * 1024
_MOST_SKILLS = 1000


class SkillRefused(Conflict):
    """A skill is not imported."""

    def __init__(self, skill: Skill) -> None:
        found = [each for each in skill.findings if each.severity == "refuse"]
        listed = "; ".join(f"{each.path or skill.name}: {each.message}" for each in found[:5])
        super().__init__(
            f"the skill {skill.name} is not imported: {listed}", "correct it, or leave it"
        )


class SkillMissing(UsageError):
    """There is no skill of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no skill named {name[:80]!r}", "`pybridge skills list` names them")


class SkillStore:
    """The skills of one project."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / STATE_FOLDER / _FOLDER

    def put(self, skill: Skill, source: str, *, accepted: str | None = None) -> dict[str, Any]:
        """Keep a skill; return its record.

        Args:
            skill: What was read.
            source: Where it came from, for people.
            accepted: The hash that somebody has seen; a skill of the same name with another content needs it.

        Raises:
            SkillRefused: when a finding forbids it.
            Conflict: when there is another one of that name.
        """
        if skill.is_refused:
            raise SkillRefused(skill)
        before = self._read(skill.name)
        if before is not None and before["sha256"] != skill.sha256 != accepted:
            problem = (
                f"the skill {skill.name} is there with another content: sha256 {before['sha256']}"
            )
            raise Conflict(
                problem, f"look at the new one, then import it with --accept {skill.sha256}"
            )
        record = {
            "name": skill.name,
            "description": skill.description,
            "sha256": skill.sha256,
            "source": source,
            "files": list(skill.files),
            "findings": [each.to_json() for each in skill.findings],
            "content": skill.content,
        }
        text = json.dumps(record, ensure_ascii=True, indent=2) + "\n"
        write_atomically(
            self._folder / f"{skill.name}{_SUFFIX}", text.encode("ascii"), root=self._root
        )
        return record

    def all(self) -> list[dict[str, Any]]:
        """Return the record of each skill, by name."""
        found = [self._read(name) for name in self._names()]
        return [each for each in found if each is not None]

    def show(self, name: str) -> dict[str, Any]:
        """Return a record.

        Raises:
            SkillMissing: when there is none.
        """
        found = self._read(name) if name in set(self._names()) else None
        if found is None:
            raise SkillMissing(name)
        return found

    def remove(self, name: str) -> dict[str, Any]:
        """Forget a skill; return its record.

        Raises:
            SkillMissing: when there is none.
        """
        record = self.show(name)
        with open_folder(self._root, self._folder) as folder:
            folder.remove(f"{name}{_SUFFIX}")
        return record

    def _names(self) -> Iterator[str]:
        with suppress(OSError), open_folder(self._root, self._folder) as folder:
            yield from (
                name.removesuffix(_SUFFIX)
                for name in folder.names()[:_MOST_SKILLS]
                if name.endswith(_SUFFIX)
            )

    def _read(self, name: str) -> dict[str, Any] | None:
        """Return a record; None where there is none, or something else."""
        try:
            raw, _ = read_regular(
                self._folder / f"{name}{_SUFFIX}", root=self._root, most=_MOST_BYTES
            )
            value: Any = decode_json(raw.decode("utf-8"))
        except (OSError, ValueError):
            return None
        return value if _is_record(value, name) else None


def _is_record(value: Any, name: str) -> bool:
    texts = ("name", "description", "sha256", "source", "content")
    return (
        isinstance(value, dict)
        and value.get("name") == name
        and all(isinstance(value.get(each), str) for each in texts)
        and all(isinstance(value.get(each), list) for each in ("files", "findings"))
    )


def without_content(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as lists show it."""
    return {name: value for name, value in record.items() if name != "content"}
