"""The examples of the guide are what they claim: script, text and output, run by the engine."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pybridge.html.policy import html_policy
from pybridge.html.splice import finish_document
from pybridge.macros.scripts.metadata import is_helper
from pybridge.macros.syntax.params import read_params
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.macros.wire import Session

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = DOCS / "writing-a-macro.md"
TRANSFORMS_GUIDE = DOCS / "writing-a-transform.md"
IN_THE_EDITOR = "in the editor: "
FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
SCRIPT_PATH = re.compile(r"# (scripts/\w+\.py)\n")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Fence:
    language: str
    text: str


@dataclass(frozen=True)
class Example:
    path: str
    script: str
    document: str
    output: str
    report: str | None
    """What the failures read like, one to a line; None where nothing fails."""
    preview: str | None = None
    """What an editor shows; None where the guide does not say."""


@dataclass(frozen=True)
class TransformExample:
    path: str
    script: str
    post: dict[str, Any]
    outcome: dict[str, Any]


def fences(path: Path) -> list[Fence]:
    found = FENCE.finditer(path.read_text(encoding="utf-8"))
    return [Fence(language=match[2], text=match[3]) for match in found]


def examples(blocks: Sequence[Fence]) -> Iterator[Example]:
    """Find each script and the blocks that follow it: document, output and perhaps a report."""
    padded = [*blocks, Fence("", ""), Fence("", ""), Fence("", "")]
    for script, document, output, report in zip(*(padded[n:] for n in range(4)), strict=False):
        path = SCRIPT_PATH.match(script.text)
        if script.language != "python" or path is None or is_helper(path[1]):
            continue
        assert (document.language, output.language) == ("markdown", "html"), path[1]
        said = report.text.removesuffix("\n") if report.language == "text" else None
        chip = said.removeprefix(IN_THE_EDITOR) if said and said.startswith(IN_THE_EDITOR) else None
        fails = None if chip else said
        yield Example(path[1], script.text, document.text, output.text, fails, chip)


def helpers(blocks: Sequence[Fence]) -> dict[str, str]:
    """Find the modules that examples import, by their path."""
    found = {path[1]: block.text for block in blocks if (path := SCRIPT_PATH.match(block.text))}
    return {path: text for path, text in found.items() if is_helper(path)}


def transform_examples(blocks: Sequence[Fence]) -> Iterator[TransformExample]:
    """Find each script and the two blocks that follow it: the post, and the outcome."""
    for script, post, outcome in zip(blocks, blocks[1:], blocks[2:], strict=False):
        path = SCRIPT_PATH.match(script.text)
        if script.language == "python" and path:
            yield TransformExample(
                path[1], script.text, json.loads(post.text), json.loads(outcome.text)
            )


BLOCKS = fences(GUIDE)
EXAMPLES = list(examples(BLOCKS))
HELPERS = helpers(BLOCKS)
TRANSFORMS = list(transform_examples(fences(TRANSFORMS_GUIDE)))
SHARED = next(json.loads(block.text) for block in BLOCKS if block.language == "json")


def ask(session: Session, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Send one message and return every reply, driving the session to its end."""
    replies = [session.handle(json.dumps(message))]
    while replies[-1].startswith("+"):
        replies.append(session.step())
    return [json.loads(reply[1:]) for reply in replies if len(reply) > 1]


def loaded() -> Session:
    """Return a session with every script of the page."""
    session = Session()
    scripts = {**HELPERS, **{example.path: example.script for example in EXAMPLES}}
    sources = [
        {"path": path, "content": text, "origin": "project"} for path, text in scripts.items()
    ]
    ask(session, {"kind": "load", "id": 1, "scripts": sources})
    return session


def render(example: Example) -> dict[str, Any]:
    """Render an example's document, with every script of the page loaded."""
    session = loaded()
    document = {"path": "posts/example.md", "text": example.document}
    request = {"kind": "documents", "id": 2, "documents": [document], "shared": SHARED}
    replies = ask(session, {**request, "sliceMs": 10})
    outcomes = itertools.chain.from_iterable(reply["documents"] for reply in replies)
    return finish_document(next(outcomes), html_policy())


def one_line(error: Mapping[str, Any]) -> str:
    call, script, frame = error["call"], error["script"], error["frames"][-1]
    where = f"{call['path']}:{call['line']}:{call['column']}"
    return f"{where} → {script['path']}:{script['line']} in {frame['name']}: {error['message']}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: Path(example.path).stem)
def test_example_of_the_guide_renders_as_printed(example: Example) -> None:
    rendered = render(example)
    report = "\n".join(map(one_line, rendered["errors"])) or None
    assert (rendered["output"], report) == (example.output, example.report)


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.preview], ids=lambda example: example.path
)
def test_example_is_shown_in_the_editor_as_printed(example: Example) -> None:
    call = {"abi": 1, "macro": {"name": Path(example.path).stem}, "env": {}}
    token = find_tokens(example.document, markdown=True)[0]
    calls = [{**call, "params": read_params(token.params)[0]}]
    [reply] = ask(loaded(), {"kind": "preview", "id": 2, "calls": calls, "sliceMs": 10})
    assert reply["texts"] == [{"text": example.preview}]


@pytest.mark.parametrize("example", TRANSFORMS, ids=lambda example: Path(example.path).stem)
def test_example_transforms_as_printed(example: TransformExample) -> None:
    session = Session()
    source = {"path": example.path, "content": example.script, "origin": "project"}
    [reply] = ask(session, {"kind": "load", "id": 1, "scripts": [source]})
    assert [(script["kind"], script["problems"]) for script in reply["scripts"]] == [
        ("transform", [])
    ]
    context = {"source": "blogmark", "url": "https://www.seat61.com/sleepers"}
    request = {"kind": "transform", "id": 2, "post": example.post, "context": context}
    *_, last = ask(session, {**request, "sliceMs": 10})
    outcome = last["outcome"]
    for error in outcome["errors"]:
        for part in ("scriptId", "script", "excerpt"):
            error.pop(part)
    assert outcome == example.outcome


def test_transforms_guide_has_examples() -> None:
    assert len(TRANSFORMS) >= 3


def test_guide_has_examples_with_names_of_their_own() -> None:
    paths = [example.path for example in EXAMPLES]
    assert len(paths) >= 12
    assert len(set(paths)) == len(paths)


def test_every_script_of_the_guide_is_without_problems() -> None:
    session = Session()
    for example in EXAMPLES:
        request = {"kind": "check", "path": example.path, "content": example.script}
        [reply] = ask(session, {**request, "id": 1})
        assert reply["problems"] == [], example.path


PAGES = [
    *sorted(DOCS.glob("*.md")),
    *sorted((DOCS / "adr").glob("*.md")),
    *sorted((DOCS / "integrations").glob("*.md")),
    *sorted(DOCS.parent.glob("*.md")),
]
EACH_PAGE = pytest.mark.parametrize(
    "guide", PAGES, ids=lambda path: path.relative_to(DOCS.parent).as_posix()
)


def links(guide: Path) -> list[str]:
    """Return the targets of a page's links that do not leave the repository."""
    prose = FENCE.sub("", guide.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(prose) if not link.startswith(("http", "mailto"))]


def anchors(page: Path) -> set[str]:
    """Return the names by which links reach the headings of *page*."""
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose))
    return {heading.replace(" ", "-") for heading in kept}


@EACH_PAGE
def test_relative_links_of_a_guide_lead_somewhere(guide: Path) -> None:
    targets = [link.partition("#")[0] for link in links(guide)]
    assert [link for link in targets if link and not (guide.parent / link).exists()] == []


@EACH_PAGE
def test_links_to_a_heading_name_one_that_is_there(guide: Path) -> None:
    missing = []
    for link in links(guide):
        path, _, fragment = link.partition("#")
        page = guide.parent / path if path else guide
        if fragment and page.suffix == ".md" and fragment not in anchors(page):
            missing.append(link)
    assert missing == []
