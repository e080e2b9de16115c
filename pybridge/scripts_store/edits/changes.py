"""Plan a new name or new aliases for a script, without touching a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from pybridge.errors import Conflict, UsageError
from pybridge.macros.scripts.header import Value
from pybridge.scripts_store.edits.alias_text import with_aliases
from pybridge.scripts_store.edits.contents import edited, renamed
from pybridge.scripts_store.edits.slugs import require_slug
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record, record_of

_NAME = re.compile(r"[A-Za-z0-9_]{1,200}")


@dataclass(frozen=True)
class ChangePlan:
    """A change of one script, and of the documents that call it by a name it loses."""

    action: Literal["renamed", "updated"]
    before: Record
    after: Record
    """The script as a dry run shows it: with its present version."""
    content: str
    """The new content of the file."""
    lost: tuple[str, ...] = ()
    """Names that documents call this script by and that it loses; the slug replaces them."""

    @property
    def is_empty(self) -> bool:
        """Whether the file keeps its path and its content."""
        return self.content == self.before.content and self.after.path == self.before.path


def plan_rename(
    before: Record, records: Sequence[Record], slug: str, title: str | None, at: str
) -> ChangePlan:
    """Plan another slug for a script, and the file name that goes with it.

    Args:
        before: The script.
        records: All scripts.
        slug: The new slug.
        title: A new title; it is written only where there is a header.
        at: The time, as headers have it.

    Raises:
        UsageError: when the slug or the title cannot be written.
        Conflict: when the slug is taken.
    """
    require_slug(slug)
    others = [record for record in records if record.path != before.path]
    taken = next((other for other in others if other.slug.lower() == slug), None)
    if taken is not None:
        raise Conflict(f"{taken.path} is called {slug!r} already", "choose another slug")
    after = renamed(before, str(PurePosixPath(before.path).with_name(f"{slug}.py")), slug)
    content = before.content
    if before.has_header:
        fields: dict[str, Value] = {"slug": slug, **({"title": title} if title else {})}
        content = edited(before, fields, None, at, header=False)
    is_called = find(before.slug, records) is before and before.info["kind"] == "macro"
    return ChangePlan("renamed", before, after, content, (before.slug,) if is_called else ())


def plan_aliases(
    before: Record, records: Sequence[Record], aliases: Sequence[str], at: str
) -> ChangePlan:
    """Plan exactly these aliases for a script; those it has stay where they are in the source.

    Args:
        before: The script.
        records: All scripts.
        aliases: The names.
        at: The time, as headers have it.

    Raises:
        AliasesUnwritable: when the source has no list that could be changed.
        Conflict: when a new name belongs to another script.
        UsageError: when a name can never be called.
    """
    had = list(before.info["aliases"])
    _refuse_names(before, aliases, [alias for alias in aliases if alias not in had], records)
    text = with_aliases(before.path, before.content, aliases)
    after = record_of(before.path, text, hashlib.sha256(text.encode()).hexdigest())
    content = text if text == before.content else edited(before, {}, text, at, header=False)
    lost = [alias for alias in had if alias not in aliases]
    called = [alias for alias in lost if _owner(alias, before, records) is None]
    is_macro = before.info["kind"] == "macro"
    return ChangePlan("updated", before, after, content, tuple(called) if is_macro else ())


def added_and_removed(before: Record, added: Sequence[str], removed: Sequence[str]) -> list[str]:
    """Return the script's aliases with some added and others removed.

    Raises:
        UsageError: when it has none of a name in *removed*.
    """
    had = list(before.info["aliases"])
    for alias in removed:
        if alias not in had:
            known = ", ".join(had) or "none"
            raise UsageError(f"{before.path} has no alias {alias!r}", f"it has: {known}")
    kept = [alias for alias in had if alias not in removed]
    return [*kept, *(alias for alias in added if alias not in kept)]


def _refuse_names(
    before: Record, aliases: Sequence[str], added: Sequence[str], records: Sequence[Record]
) -> None:
    lowered = [alias.lower() for alias in aliases]
    for alias in added:
        if not _NAME.fullmatch(alias):
            problem = f"the alias {alias!r} can never be called"
            raise UsageError(problem, "take letters, digits and _ only")
        if alias.lower() == before.slug.lower():
            raise UsageError(f"{alias!r} is the script's slug already", "leave it out")
        if lowered.count(alias.lower()) > 1:
            raise UsageError(f"{alias!r} is given twice", "leave one out")
        owner = _owner(alias, before, records)
        if owner is not None:
            problem = f"{alias!r} is a name of {owner.path} already"
            raise Conflict(problem, "take another, or take it from that script first")


def _owner(alias: str, before: Record, records: Sequence[Record]) -> Record | None:
    """Return another script with this name."""
    wanted = alias.lower()
    for record in records:
        names = (record.slug, *record.info["aliases"])
        if record.path != before.path and wanted in (each.lower() for each in names):
            return record
    return None
