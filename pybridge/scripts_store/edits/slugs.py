"""Slugs: names that a macro token can hold, each used once."""

from __future__ import annotations

import re
from collections.abc import Collection

from pybridge.errors import UsageError
from pybridge.macros.scripts.metadata import slugify

_SLUG = re.compile(r"[a-z0-9_]+")


def require_slug(text: str) -> str:
    """Return *text* if it can stand in a document as `[[text]]`.

    Raises:
        UsageError: when it cannot; names one that can.
    """
    if not _SLUG.fullmatch(text):
        problem = f"{text!r} cannot be the name of a macro: a-z, 0-9 and _ only"
        raise UsageError(problem, f"take {slugify(text)!r}")
    return text


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """Return *wanted*, or the first of `wanted_2`, `wanted_3`, … that is not taken."""
    names = {name.lower() for name in taken}
    slug, number = wanted, 1
    while slug in names:
        number += 1
        slug = f"{wanted}_{number}"
    return slug
