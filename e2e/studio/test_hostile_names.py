"""Names, titles, tags, file names and output with markup in them: shown as text, nothing of it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, expect

from e2e.studio.conftest import Author, OpenStudio, Sit, make_project

RUNS = "top.struck=1"
IMAGE = f"<img src=struck.png onerror={RUNS}>"
MARKUP = f"\"'>{IMAGE}<svg onload={RUNS}><script>{RUNS}</script><iframe srcdoc='{IMAGE}'></iframe>"
"""Would run in whatever shows it as HTML: in text, in an attribute, in a script."""
LINK = f"javascript:{RUNS}"
NAME = IMAGE.replace("/", "")
"""As a name of a file or folder."""

SCRIPT = '''\
"""
---
title: {title}
slug: hostile
kind: macro
---
"""
import sys

PARAMS = {{"properties": {{{name}: {{"type": "string", "description": {text}}}}}}}
ALIASES = ["hostile_too"]


def render(context):
    print({text})
    print({text}, file=sys.stderr)
    given = context["params"].get("as", "text")
    if given == "error":
        raise ValueError({text})
    if given == "warning":
        return {{"text": "x", "warnings": [{text}]}}
    return {{given: {text} + '<a href="{link}" onclick="{runs}">link</a>'}}
'''
UTILITY = "import sys\nprint({text})\nprint({text}, file=sys.stderr)\nraise SystemExit({text})\n"
DOCUMENT = """\
---
title: {title}
tags: [{title}, {title}]
{name}: {title}
---
# {markup}

[{markup}]({link}) ![{markup}]({link}) <a href="{link}">x</a> {markup}

[[hostile]] [[hostile as=html]] [[hostile as=markdown]] [[hostile as=error]] [[hostile as=warning]]
[[nothing {markup}]]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = make_project(tmp_path / NAME)
    text = json.dumps(MARKUP)
    values = {
        "title": text,
        "text": text,
        "name": text,
        "markup": MARKUP,
        "link": LINK,
        "runs": RUNS,
    }
    (root / "scripts" / "hostile.py").write_text(SCRIPT.format(**values), "utf-8")
    (root / "scripts" / "hostile_tool.py").write_text(UTILITY.format(text=text), "utf-8")
    (root / "scripts" / f"{NAME}.py").write_text("def render(context):\n    return {}\n", "utf-8")
    (root / "posts" / "hostile.md").write_text(DOCUMENT.format(**values), "utf-8")
    (root / "posts" / f"{NAME}.md").write_text(MARKUP, "utf-8")
    return root


ELEMENTS = """() => [...document.querySelectorAll("*")]
  .filter((each) => each.localName === "script" ? !each.src : [...each.attributes].some(({ name, value }) =>
    name.startsWith("on") || name === "srcdoc" || (["href", "src"].includes(name) && /^\\s*javascript:/i.test(value))))
  .map((each) => each.outerHTML.slice(0, 200))"""
"""What no page of ours may have, whether its policy stops it or not."""

EXPECTED = (
    "Executing inline event handler violates",
    "Failed to load resource: the server responded with a status of 404",
)
"""What Chromium says of a handler in HTML that is parsed only to be sanitised, in a document that shows nothing; and of
the picture that the sanitised document asks for."""


def struck(author: Author) -> list[Any]:
    """Return what of the markup became more than text, in the page and in the rendered document."""
    frames = [frame for frame in author.page.frames if "/runtime/" not in frame.url]
    found = [each for frame in frames for each in frame.evaluate(ELEMENTS)]
    if author.page.evaluate("'struck' in window"):
        found.append("it ran")
    return found


@pytest.mark.alone  # its page has taken more than 5 s beside three others
def test_markup_is_text_everywhere(open_studio: OpenStudio, project: Path, sit_down: Sit) -> None:
    author = sit_down(open_studio(project))
    asked: list[str] = []
    author.page.on("request", lambda request: asked.append(request.url))
    author.page.on("dialog", lambda dialog: _fail(dialog))
    found: dict[str, list[Any]] = {"list": struck(author)}

    author.choose("posts/hostile.md")
    expect(author.rendered).to_contain_text("link")
    found["document"] = struck(author)
    author.choose(f"posts/{NAME}.md")
    expect(author.source).to_contain_text("struck.png")
    found["named document"] = struck(author)

    author.open("hostile")
    for tab in ("Details", "History", "Preview"):
        author.tab(tab)
        found[tab] = struck(author)
    author.tab("Run")
    author.page.get_by_role("textbox", name="Macro").fill(f"[[hostile as=error]]{MARKUP}")
    author.button("Run").first.click()
    expect(author.page.get_by_role("region", name="Outcome")).to_contain_text("struck.png")
    found["run"] = struck(author)

    author.open("hostile_tool")
    author.tab("Run")
    author.page.get_by_role("textbox", name="Arguments").fill(MARKUP)
    author.page.keyboard.press("Enter")
    expect(author.page.get_by_role("region", name="Outcome")).to_contain_text("struck.png")
    found["utility"] = struck(author)

    (project / "scripts" / "hostile.py").write_text(f"'''{MARKUP}'''\n", "utf-8")
    (project / "scripts" / "hostile_tool.py").unlink()
    author.button("Files and index").click()
    expect(author.page.get_by_role("article").first).to_be_visible()
    found["differences"] = struck(author)
    author.button("Diagnostics").click()
    expect(author.page.get_by_role("row", name="hostile").first).to_be_visible()
    found["diagnostics"] = struck(author)

    author.complaints = [each for each in author.complaints if not each.startswith(EXPECTED)]
    assert {name: each for name, each in found.items() if each} == {}
    assert [url for url in asked if url.endswith("/struck.png") and "/media/" not in url] == []


def _fail(dialog: Dialog) -> None:
    raise AssertionError(f"a dialog of the document: {dialog.message}")
