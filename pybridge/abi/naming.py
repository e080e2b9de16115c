"""The one place where Python's snake_case and the wire's camelCase meet."""

from __future__ import annotations

import re

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def to_camel(name: str) -> str:
    """Return *name* as it is written on the wire: `is_preview` becomes `isPreview`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def to_snake(name: str) -> str:
    """Return *name* as it is written in Python: `isPreview` becomes `is_preview`."""
    return _HUMP.sub(r"_\1", name).lower()
