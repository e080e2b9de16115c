"""Headers are read and written byte for byte."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybridge.errors import UsageError
from pybridge.macros.scripts.header import Value, read_header
from pybridge.scripts_store.edits.header_text import KEYS, add_header, format_header, update_header

LEGACY = '''"""
---
id: "0b0c2a6e-1f07-4a0a-9a7f-3f3c7d1a7a10"
projectId: "default"
slug: "bgg_link"
title: "bgg link"
kind: "transform"
entrypoint: "normalize_blogmark"
enabled: true
version: 12
createdAt: "2026-02-23T19:54:58.000Z"
updatedAt: "2026-03-02T20:30:14.453Z"
---
"""
def normalize_blogmark(post, context):
\treturn post'''
VALUES: dict[str, Value] = dict(read_header(LEGACY).values)
BODY = "def normalize_blogmark(post, context):\n\treturn post"


def test_a_header_is_written_as_the_legacy_application_does() -> None:
    assert tuple(VALUES) == KEYS
    assert format_header(VALUES) + BODY == LEGACY
    assert add_header(BODY, VALUES) == LEGACY


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(LEGACY, id="as-written"),
        pytest.param(crlf(LEGACY), id="crlf"),
        pytest.param("\ufeff" + LEGACY, id="byte-order-mark"),
        pytest.param("\ufeff" + crlf(LEGACY) + "\r\n\x0c\t# end", id="mark-crlf-form-feed"),
        pytest.param(LEGACY.replace('"""', "'''"), id="single-quotes"),
        pytest.param("#!/usr/bin/env python\n# note\n\n" + LEGACY, id="comments-before"),
        pytest.param("# note\nr" + LEGACY, id="raw"),
        pytest.param(
            LEGACY.replace('title: "bgg', '# a note\n\n  title :\t"bgg'), id="odd-spacing"
        ),
        pytest.param(LEGACY.replace('title: "bgg link"', "title:\nunknown: 1\nodd"), id="empty"),
    ],
)
def test_updating_one_value_touches_nothing_else(content: str) -> None:
    title = 'C:\\new "x" – ü\t'
    changed = update_header(content, {"title": title})
    assert read_header(changed.removeprefix("\ufeff")).values["title"] == title
    old, new = content.split("\n"), changed.split("\n")
    differing = [(one, two) for one, two in zip(old, new, strict=True) if one != two]
    [(before, after)] = differing
    assert before.lstrip().startswith("title")
    assert before.endswith("\r") == after.endswith("\r")
    original = VALUES["title"]
    if read_header(content.removeprefix("\ufeff")).values.get("title") == original:
        assert update_header(changed, {"title": original}) == content


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("key", KEYS)
def test_a_missing_value_is_added_at_its_place(key: str, newline: str) -> None:
    content = LEGACY.replace("\n", newline)
    [line] = [line for line in content.split("\n") if line.startswith(f"{key}:")]
    without = content.replace(line + "\n", "")
    assert update_header(without, {key: VALUES[key]}) == content


def test_the_same_values_change_nothing() -> None:
    odd = LEGACY.replace('"bgg link"', "bgg link").replace("enabled: true", "enabled:true")
    assert update_header(odd, VALUES) == odd


@pytest.mark.parametrize(
    ("content", "values", "message"),
    [
        pytest.param(BODY, {"title": "x"}, "no header", id="none"),
        pytest.param(LEGACY, {"title": "a\nb"}, "title must be one line", id="two-lines"),
        pytest.param(LEGACY.replace('"""', "'''"), {"title": "'''"}, "cannot hold", id="quotes"),
    ],
)
def test_what_cannot_be_written_is_refused(
    content: str, values: dict[str, Value], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        update_header(content, values)


def test_a_half_written_header_is_a_problem_and_no_header() -> None:
    header = read_header(LEGACY[:120])
    assert (dict(header.values), header.body_start) == ({}, 0)
    assert "the header has no end" in header.problems[0].message


line_text = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]))


@settings(max_examples=200, deadline=None)
@given(title=line_text, other=line_text, body=st.text(), mark=st.sampled_from(["", "\ufeff"]))
def test_any_title_survives(title: str, other: str, body: str, mark: str) -> None:
    content = mark + format_header({**VALUES, "title": title}) + body
    assert read_header(content.removeprefix("\ufeff")).text("title") == (title or None)
    changed = update_header(content, {"title": other})
    assert read_header(changed.removeprefix("\ufeff")).values["title"] == other
    assert update_header(changed, {"title": title}) == content
    compile(format_header({**VALUES, "title": title}), "x", "exec")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_header_is_added_behind_the_lines_that_have_to_be_the_first(newline: str) -> None:
    first = newline.join(["#!/usr/bin/env python3", "# -*- coding: utf-8 -*-", ""])
    added = add_header(first + BODY.replace("\n", newline), VALUES)
    assert added.startswith(first + '"""')
    assert read_header(added).values == VALUES
    changed = update_header(added, {"title": "x"})
    assert read_header(changed).values == {**VALUES, "title": "x"}
    assert changed.count('"""') == 2


PREFIXES = st.lists(
    st.sampled_from(["# c", "", "  # coding: x", "\x0c", "#!x", "#"]).flatmap(
        lambda line: st.sampled_from([line + "\n", line + "\r\n"])
    )
).map("".join)


@settings(max_examples=200, deadline=None)
@given(
    PREFIXES,
    st.sampled_from(["", "r", "R", "u"]),
    st.sampled_from(['"""', "'''"]),
    st.sampled_from(["", "\n", " \n", "\n\t\n"]),
)
def test_the_header_is_where_python_finds_the_docstring(
    before: str, raw: str, quotes: str, first: str
) -> None:
    content = before + raw + LEGACY.replace('"""\n', quotes + first, 1).replace('"""', quotes)
    docstring = ast.get_docstring(ast.parse(content), clean=False)
    assert docstring is not None
    assert docstring.startswith(f"{first}---\nid:")
    header = read_header(content)
    assert (header.values, header.problems) == (VALUES, [])
    assert content[header.body_start :] == BODY
