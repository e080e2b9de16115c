"""The golden cases, and how outputs are compared with them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
MACROS = ("youtube", "vimeo", "gallery", "photo_archive", "tag_cloud")

Json = dict[str, Any]


def read_cases(name: str) -> list[Json]:
    """Return the cases of a file of this folder."""
    cases: list[Json] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return cases


def parametrized(*names: str) -> list[Any]:
    """Return the cases of files as pytest params, each with the macro that its file is named for."""
    found = [(Path(name).name, case) for name in names for case in read_cases(name)]
    return [pytest.param(name, case, id=case["id"]) for name, case in found]


def fields_of(case: Json) -> Json:
    """Return env, post and data of a case as documents and calls have them; what is missing stays so."""
    context = case["context"]
    keys = {"media": "media", "linked_media_ids": "linkedMediaIds", "tag_usage": "tagUsage"}
    fields: Json = {
        "env": {"isPreview": False, "mainLanguage": context.get("language", "en")},
        "data": {key: context[known] for known, key in keys.items() if known in context},
    }
    return {**fields, "post": {"id": context["post_id"]}} if "post_id" in context else fields


class Dom(HTMLParser):
    """A fragment as a list of events: attributes in any order, no blanks between tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.events: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.events.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.events.append(data.split())


EMPTY_CAPTION = '<figcaption class="gallery-caption"></figcaption>'


def expected_events(case: Json) -> list[Any]:
    """Return what the DOM should be: that of the case but for the empty captions of the later era."""
    html = case["html"]
    return Dom(html.replace(EMPTY_CAPTION, "") if case["variant"] == "liquid" else html).events
