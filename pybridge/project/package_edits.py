"""Change the requirements in the table `[packages]` of pybridge.toml; comments and all other lines stay."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.formats import Bounds, Unreadable, read_toml

_HEADER = re.compile(r"^[ \t]*\[packages\][ \t]*(?:#.*)?$", re.MULTILINE)
_DOMAINS = re.compile(r"^[ \t]*\[packages\.domains\][ \t]*(?:#.*)?$", re.MULTILINE)
_NEXT = re.compile(r"^[ \t]*\[", re.MULTILINE)
_LIST = (
    r"""^[ \t]*(?:{key}|"{key}"|'{key}')[ \t]*=[ \t]*\[(?:[^\]"'#]|"[^"\n]*"|'[^'\n]*'|#.*)*\]"""
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class NotEdited(ValueError):
    """The table is written in a way that is not changed here."""


def with_requirements(
    text: str, requirements: Sequence[str], domain: str | None, bounds: Bounds
) -> str:
    """Return the text of pybridge.toml with other requirements.

    Args:
        text: The whole file; empty where there is none.
        requirements: All that are asked for.
        domain: For the scripts of this trust domain; None for those of every one.
        bounds: Of the file.

    Raises:
        NotEdited: the place was not found, or the change would change something else.
    """
    key = "requires" if domain is None else domain
    changed = _changed(text, key, requirements, _HEADER if domain is None else _DOMAINS)
    try:
        before, after = read_toml(text, bounds), read_toml(changed, bounds)
    except Unreadable as error:
        raise NotEdited(str(error)) from error
    if after != _expected(before, requirements, domain):
        raise NotEdited("its table [packages] has a form that only its author can change")
    return changed


def _changed(text: str, key: str, requirements: Sequence[str], header: re.Pattern[str]) -> str:
    named = key if _BARE.fullmatch(key) else json.dumps(key)
    line = f"{named} = {_listed(requirements)}"
    found = header.search(text)
    if found is None:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        title = "[packages]" if header is _HEADER else "[packages.domains]"
        return f"{text}{gap}{title}\n{line}\n"
    following = _NEXT.search(text, found.end())
    end = following.start() if following else len(text)
    present = re.compile(_LIST.format(key=re.escape(key)), re.MULTILINE)
    there = present.search(text, found.end(), end)
    if there is not None:
        return text[: there.start()] + line + text[there.end() :]
    return f"{text[: found.end()]}\n{line}{text[found.end() :]}"


def _listed(requirements: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(each) for each in requirements) + "]"


def _expected(
    before: Mapping[str, Any], requirements: Sequence[str], domain: str | None
) -> dict[str, Any]:
    table = dict(before.get("packages", {}))
    if domain is None:
        table["requires"] = list(requirements)
    else:
        table["domains"] = {**table.get("domains", {}), domain: list(requirements)}
    return {**before, "packages": table}
