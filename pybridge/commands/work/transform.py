"""Send a post through the project's transforms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pybridge import abi
from pybridge.commands.session import Session
from pybridge.engines.protocol import JsonObject
from pybridge.errors import Invalid
from pybridge.project.bookmarklet import read_bookmarklet
from pybridge.project.discover import BuiltIns, ProjectOrBuiltIns
from pybridge.project.site_meta import read_site_meta

_LISTS: Mapping[str, list[str]] = {"tags": [], "categories": []}


def read_post(value: Any) -> JsonObject:
    """Return *value* as post.v1; lists that are left out are empty.

    Raises:
        Invalid: when it is not a post; lists all problems.
    """
    post = {**_LISTS, **value} if isinstance(value, dict) else value
    abi.require("post", post)
    return {name: post[name] for name in abi.all_schemas()["post"]["properties"]}


def read_context(value: Any) -> JsonObject:
    """Return *value* as the context of transforms.

    Raises:
        Invalid: when it is not an object.
    """
    if not isinstance(value, dict):
        raise Invalid("context", [abi.Problem("", "the context must be an object")])
    return value


def from_bookmarklet(link: str, project: ProjectOrBuiltIns) -> tuple[JsonObject, JsonObject]:
    """Return post and context of a bookmarklet's link, the post in the project's own category.

    Raises:
        BookmarkInvalid: when nothing can be made of it.
    """
    bookmark = read_bookmarklet(link)
    return bookmark.to_post(_category(project)), bookmark.context()


def _category(project: ProjectOrBuiltIns) -> str | None:
    """Return the category in meta/project.json; None where it cannot be read."""
    if isinstance(project, BuiltIns):
        return None
    return read_site_meta(project.root).get("blogmarkCategory")


def transform(session: Session, post: JsonObject, context: JsonObject) -> JsonObject:
    """Return transformed.v1."""
    return session.engine.transform(post, context)
