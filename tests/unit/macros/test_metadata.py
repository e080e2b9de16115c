from __future__ import annotations

from typing import Any

import pytest

from pybridge.macros.scripts.header import read_header
from pybridge.macros.scripts.metadata import slugify, uuid5
from pybridge.macros.scripts.script import Reader, Script

HEADER = '''"""
---
id: "id-1"
projectId: "p"
slug: "bgg_link"
title: "say \\"hi\\" \\\\ now"
kind: "transform"
entrypoint: "normalize"
enabled: false
version: 12
createdAt: "2026-02-23T19:54:58.000Z"
updatedAt: "2026-03-02T20:30:14.453Z"
---
"""
def normalize(post, context): ...
'''


def read(content: str, path: str = "scripts/Some Name.py") -> Script:
    return Reader().read(path, content, "project")


def messages(content: str) -> list[str]:
    return [problem["message"] for problem in read(content).metadata.problems]


def test_header_says_what_a_script_is() -> None:
    assert read(HEADER).to_json() == {
        "path": "scripts/Some Name.py",
        "id": "id-1",
        "slug": "bgg_link",
        "title": 'say "hi" \\ now',
        "kind": "transform",
        "entrypoint": "normalize",
        "enabled": False,
        "version": 12,
        "createdAt": "2026-02-23T19:54:58.000Z",
        "updatedAt": "2026-03-02T20:30:14.453Z",
        "aliases": [],
        "needs": None,
        "body": False,
        "params": None,
        "origin": "project",
        "sha256": read(HEADER).metadata.sha256,
        "problems": [],
    }


def test_headerless_script_is_known_by_path() -> None:
    known = read("def render(c): ...", "scripts/Some Näme.py").to_json()
    assert known["slug"] == known["title"] == "some_name"
    assert known["id"] == read("other", "scripts/Some Näme.py").id
    assert known["id"] != read("def render(c): ...", "scripts/other.py").id
    assert (known["version"], known["createdAt"], known["enabled"]) == (1, None, True)


def test_uuid5_is_that_of_the_standard() -> None:
    import uuid

    namespace = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
    assert uuid5(namespace, "scripts/ä.py") == str(uuid.uuid5(uuid.UUID(namespace), "scripts/ä.py"))


@pytest.mark.parametrize(
    ("text", "slug"),
    [("My Macro", "my_macro"), ("--a--b--", "a_b"), ("Größe", "grosse"), ("Über uns", "uber_uns"), ("Ångström ﬁ ½", "angstrom_fi_1_2"), ("Œuvre Łódź", "oeuvre_lodz"), ("日本語", "script"), ("e\u0301te", "ete"), ("!!", "script"), ("", "script")],
)  # fmt: skip
def test_slug(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("content", "kind", "entrypoint"),
    [
        pytest.param("def render(c): ...", "macro", "render", id="render"),
        pytest.param("async def render(c): ...", "macro", "render", id="async"),
        pytest.param("render = lambda c: {}", "macro", "render", id="assigned"),
        pytest.param("if 1:\n  def render(c): ...", "macro", "render", id="inside if"),
        pytest.param("try:\n  pass\nexcept E:\n  def render(c): ...", "macro", "render", id="inside except"),
        pytest.param("from x import y as render", "macro", "render", id="imported"),
        pytest.param("render, a = f()", "macro", "render", id="unpacked"),
        pytest.param("def transform(p, c): ...", "transform", "transform", id="transform"),
        pytest.param("def main(): ...", "utility", "main", id="main"),
        pytest.param("print(1)", "utility", "main", id="program"),
        pytest.param("def f():\n  def render(c): ...", "utility", "main", id="not at the top"),
        pytest.param("def render(c:", "macro", "render", id="broken"),
        pytest.param("def transform(c:", "transform", "transform", id="broken transform"),
    ],
)  # fmt: skip
def test_kind_is_what_the_script_defines(content: str, kind: str, entrypoint: str) -> None:
    known = read(content).to_json()
    assert (known["kind"], known["entrypoint"]) == (kind, entrypoint)


def test_declarations_are_read_without_running() -> None:
    known = read(
        "PARAMS = {'type': 'object', 'properties': {'n': {'type': 'integer', 'default': -1}}}\n"
        "ALIASES: list = ['a', 'b']\nNEEDS = ('media',)\nBODY = True\nLIMITS = {'itemS': 2}\n"
        "1 / 0\ndef render(c): ...\n"
    ).to_json()
    assert known["problems"] == []
    assert known["params"] == {
        "type": "object",
        "properties": {"n": {"type": "integer", "default": -1}},
    }
    picked = {name: known[name] for name in ("aliases", "needs", "body", "limits")}
    assert picked == {
        "aliases": ["a", "b"],
        "needs": ["media"],
        "body": True,
        "limits": {"itemS": 2},
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("PARAMS = dict()", "PARAMS must be a literal", id="no literal"),
        pytest.param("PARAMS = []", "PARAMS must be a JSON Schema", id="params list"),
        pytest.param("PARAMS = {'properties': {'a': {'format': 'x'}}}", "'format' is not understood", id="keyword"),
        pytest.param("PARAMS = {'properties': {'a': {'pattern': '('}}}", "'pattern' is not", id="pattern"),
        pytest.param("PARAMS = {'properties': {'a': {'default': {1}}}}", "'default' is not", id="no JSON"),
        pytest.param("ALIASES = 5", "ALIASES must be a list", id="aliases"),
        pytest.param("ALIASES = ['a-b']", "can never match", id="alias"),
        pytest.param("NEEDS = 'media'", "NEEDS must be a list", id="needs"),
        pytest.param("BODY = 1", "BODY must be True or False", id="body"),
        pytest.param("LIMITS = {'itemS': -1, 'x': 1}", "LIMITS['itemS']", id="limits"),
        pytest.param("LIMITS = 5", "LIMITS must be a dict", id="limits no dict"),
    ],
)  # fmt: skip
def test_unusable_declaration_is_reported_with_its_line(content: str, message: str) -> None:
    found = read("def render(c): ...\n" + content).metadata.problems
    assert message in found[0]["message"]
    assert found[0]["code"] == "schema"
    assert found[0]["script"]["line"] == 2
    assert "→ 2 " + content in found[0]["excerpt"]


def test_macro_without_its_function_is_reported() -> None:
    content = HEADER.replace("def normalize", "def other")
    assert messages(content) == ["a transform needs a function 'normalize', and there is none"]


@pytest.mark.parametrize(
    ("line", "message", "column"),
    [
        pytest.param("nothing", "header line without a colon: 'nothing'", 1, id="no colon"),
        pytest.param('kind: "thing"', "kind must be one of", 7, id="kind"),
        pytest.param("title: 5", "title must be text", 8, id="number as text"),
        pytest.param('enabled: "yes"', "enabled must be true or false", 10, id="enabled"),
        pytest.param("version: 0", "version must be a number from 1", 10, id="version"),
        pytest.param('entrypoint: "a b"', "entrypoint must be a function's name", 13, id="entrypoint"),
        pytest.param('slug: "b"', "slug is given twice", 7, id="twice"),
    ],
)  # fmt: skip
def test_header_problem_has_its_place(line: str, message: str, column: int) -> None:
    header = read_header(f'"""\n---\nslug: "a"\n{line}\n---\n"""\n')
    found = [(problem.line, problem.column) for problem in header.problems]
    assert found == [(4, column)]
    assert message in header.problems[0].message
    assert header.values == {"slug": "a"}


@pytest.mark.parametrize(
    ("content", "values"),
    [
        pytest.param("'''\r\n---\r\nversion: 3\r\n---\r\n'''\r\nx", {"version": 3}, id="CRLF"),
        pytest.param('"""\n---\n# c\n\na: b: c\n---\n"""', {"a": "b: c"}, id="comment, bare text"),
        pytest.param('"""\n---\nversion: 2.7\n---\n"""', {"version": 2.7}, id="float"),
        pytest.param('x = 1\n"""\n---\na: 1\n---\n"""', {}, id="not at the start"),
        pytest.param('f"""\n---\na: 1\n---\n"""', {}, id="not a docstring"),
        pytest.param("\"\"\"\n---\na: 1\n---\n'''", {}, id="other quotes"),
        pytest.param('\n\n"""\n---\na: 1\n---\n"""', {"a": 1}, id="blank lines"),
        pytest.param('# ruff: noqa\n"""\n---\na: 1\n---\n"""', {"a": 1}, id="comment"),
        pytest.param(
            '#!/usr/bin/python\n# coding: utf-8\n"""\n---\na: 1\n---\n"""', {"a": 1}, id="shebang"
        ),
        pytest.param('r"""\n---\na: 1\n---\n"""', {"a": 1}, id="raw"),
        pytest.param('"""\\\n---\na: 1\n---\n"""', {"a": 1}, id="continued line"),
        pytest.param('"""\r---\ra: 1\rb: 2\r---\r"""\r', {"a": 1, "b": 2}, id="CR"),
        pytest.param('"""  \n\n--- \na: 1\n---\t\n"""', {"a": 1}, id="blanks"),
        pytest.param('"""\n---\na: 1\n---\nWhat it does.\n"""', {"a": 1}, id="text behind"),
        pytest.param('"""\n---\na: 1\n"""', {}, id="not closed"),
        pytest.param('"""\n---\n---\n"""', {}, id="empty"),
    ],
)
def test_header_grammar(content: str, values: dict[str, Any]) -> None:
    assert read_header(content).values == values


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        pytest.param("x = 1\ny = (", 2, 5, "never closed", id="syntax"),
        pytest.param("x = 1\nab\0c", 2, 3, "NUL", id="NUL"),
        pytest.param("# \udc80", 1, 3, "surrogate", id="surrogate"),
        pytest.param("x = 1\n  y = 2", 2, None, "unexpected indent", id="indentation"),
        pytest.param("\n" + "(" * 5000, 2, None, "operators or brackets", id="deep"),
        pytest.param("x = " + "1+" * 5000 + "1", 1, None, "operators or brackets", id="long"),
        pytest.param("x = " + "-" * 5000 + "1", 1, None, "operators or brackets", id="unary"),
    ],
)
def test_file_that_is_no_python_has_a_syntax_problem(
    content: str, line: int, column: int | None, message: str
) -> None:
    problem = read(content).metadata.problems[0]
    assert problem["code"] == "syntax"
    assert message in problem["message"]
    assert problem["script"]["line"] == line
    assert column in (None, problem["script"]["column"])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeffdef render(c): ...", id="byte order mark"),
        pytest.param("# -*- coding: utf-7 -*-\ndef render(c): return '+AGE-'", id="coding cookie"),
        pytest.param("def render(c):\r\n    '\\d'\r\n", id="CRLF and a warning of the compiler"),
        pytest.param(
            "x = [" + "1, -2, 'a' + 'b'," * 5000 + "]\ndef render(c): ...", id="large table"
        ),
    ],
)
def test_odd_but_good_file_compiles(content: str) -> None:
    assert read(content).metadata.problems == []


def test_same_content_is_compiled_once() -> None:
    reader = Reader()
    first = reader.read("a.py", "x = 1", "project")
    again = reader.read("a.py", "x = 1", "default", False)
    assert first.source.code is again.source.code
    assert reader.read("b.py", "x = 1", "project").source.code is not first.source.code
    assert (again.origin, again.enabled) == ("default", False)
