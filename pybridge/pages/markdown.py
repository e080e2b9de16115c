"""Turn a rendered document into the HTML body of a page."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pybridge.html.policy import Policy
from pybridge.html.sanitise import Cleaned, clean_page
from pybridge.html.splice import error_mark
from pybridge.html.text import escape
from pybridge.macros.syntax.front_matter import front_matter_end
from pybridge.macros.syntax.margins import Margins, with_margin

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
"""As the serialiser writes it: quoted values, which may hold a `>`."""
_BLOCK = re.compile(
    r"<(?:address|article|aside|blockquote|center|details|div|dl|figure|footer|h[1-6]|header|hr"
    r"|main|nav|ol|p|pre|section|table|ul)\b",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"pbm(\d+)x")
_LAST_MARKS = re.compile(r"(?:\A|\n)[ \t>]+\Z")
"""A last line with nothing but the marks of quotes; without a line end the converter may fail on it."""
_BARE_MARK = re.compile(r"(?:\A|\n)[ \t]*(?:(?:>|[-+*]|[0-9]{1,9}[.)])[ \t]*)+\n[ \t]*\Z")
"""The mark of a list item on a line of its own: an empty line below it would end the item."""
_LINE_INDENT = re.compile(r"(?:\A|(?<=\n))[ \t]*\Z")


@dataclass
class _Source:
    """The Markdown that is converted, and what its placeholders stand for."""

    prefix: str
    margins: Margins
    """Of the document as it was written."""
    offset: int
    """Where its next part begins there."""
    text: list[str] = field(default_factory=list)
    html: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)

    def hold(self, kind: dict[str, str], value: str) -> str:
        token = f"{self.prefix}{len(self.html) + len(self.plain)}z"
        kind[token] = value
        return token


def page_body(
    parts: Sequence[str | int],
    macros: Sequence[Mapping[str, Any]],
    policy: Policy,
    *,
    preview: bool = False,
) -> str:
    """Return the HTML that `clean_page_body` makes of a document."""
    return clean_page_body(parts, macros, policy, preview=preview).html


def clean_page_body(
    parts: Sequence[str | int],
    macros: Sequence[Mapping[str, Any]],
    policy: Policy,
    *,
    preview: bool = False,
) -> Cleaned:
    """Convert a document to sanitised HTML; its macros' results are sanitised already.

    Macro output cannot join with its surroundings: HTML is put in after the conversion and
    only where text stands, text as text, and the whole page is sanitised in between.
    """
    source = _assemble(_without_front_matter(parts), macros, preview)
    text = "".join(source.text)
    end = "\n" if _LAST_MARKS.search(text) else ""
    html = _converter().render(text + end)
    cleaned = clean_page(_replace(source, source.plain, html, escape), policy)
    return Cleaned(_insert(source, cleaned.html), cleaned.notices)


def _without_front_matter(parts: Sequence[str | int]) -> list[str | int]:
    if not parts or not isinstance(parts[0], str):
        return list(parts)
    first = parts[0]
    follows = "[" if len(parts) > 1 else ""  # a macro behind a fence: its line is not the end
    return [first[front_matter_end(first + follows) :], *parts[1:]]


def _assemble(
    parts: Sequence[str | int], macros: Sequence[Mapping[str, Any]], preview: bool
) -> _Source:
    written = [part if isinstance(part, str) else macros[part].get("raw", "") for part in parts]
    # Behind an empty line nothing is front matter: that is removed already.
    margins = Margins("".join(["\n", *written]), markdown=True)
    source = _Source(_unused_prefix(_all_texts(parts, macros)), margins, offset=1)
    for at, part in enumerate(parts, start=1):
        if isinstance(part, str):
            source.text.append(part)
        else:
            after = "".join(map(str, parts[at : at + 1]))
            _append_macro(source, macros[part], preview, after)
        source.offset += len(written[at - 1])
    return source


def _all_texts(parts: Sequence[str | int], macros: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from (part for part in parts if isinstance(part, str))
    for macro in macros:
        yield from (v for v in (macro.get("result") or {}).values() if isinstance(v, str))


def _unused_prefix(texts: Iterator[str]) -> str:
    """Return letters and digits that Markdown leaves alone and no text holds."""
    used = {serial for text in texts for serial in _PREFIX.findall(text)}
    return next(f"pbm{serial}x" for serial in map(str, itertools.count()) if serial not in used)


def _append_macro(source: _Source, macro: Mapping[str, Any], preview: bool, after: str) -> None:
    result = macro.get("result") if macro["status"] == "ok" else None
    if result is None:
        mark = error_mark(macro) if preview else ""
        source.text.append(source.hold(source.html, mark) if mark else "")
    elif "text" in result:
        source.text.append(source.hold(source.plain, result["text"]))
    elif "html" in result:
        html = result["html"]
        token = source.hold(source.html, html)
        _append(source, token, alone=_is_alone(macro) and _is_block(html))
    else:
        text = with_margin(result["markdown"], macro.get("margin", ""), after)
        _append(source, text, alone=_is_alone(macro))


def _is_alone(macro: Mapping[str, Any]) -> bool:
    return bool(macro.get("display") == "block")


def _is_block(html: str) -> bool:
    return _BLOCK.search(html) is not None


def _append(source: _Source, text: str, *, alone: bool) -> None:
    """Append to the source; what stands alone gets blank lines around it, so that it stays so."""
    before = source.text[-1] if source.text else ""
    indent = _LINE_INDENT.search(before)
    if not alone or indent is None:
        source.text.append(text)
        return
    if source.text:
        source.text[-1] = before[: indent.start()]
    gap = "" if _BARE_MARK.search(before) else "\n"
    source.text.append(f"{gap}{_block_indent(source, indent[0])}{text}\n")


def _block_indent(source: _Source, indent: str) -> str:
    """Return the blanks before a block: as written, or fewer where so many would make it code behind a blank line."""
    is_deep = len(indent.expandtabs(4)) > 3
    outdented = source.margins.outdented(source.offset) if is_deep else None
    return indent if outdented is None else outdented


def _replace(
    source: _Source, values: Mapping[str, str], text: str, write: Callable[[str], str]
) -> str:
    pattern = re.compile(rf"{source.prefix}\d+z")
    return pattern.sub(lambda m: write(values[m[0]]) if m[0] in values else m[0], text)


def _insert(source: _Source, clean: str) -> str:
    if not source.html:
        return clean
    pieces = _TAG.split(_unwrap(source, clean))
    values = source.html
    nothing = dict.fromkeys(values, "")
    return "".join(
        _replace(source, nothing if at % 2 else values, piece, str)
        for at, piece in enumerate(pieces)
    )


def _unwrap(source: _Source, clean: str) -> str:
    """Take away paragraphs that hold nothing but block-level macro output."""
    token = rf"{source.prefix}\d+z"
    paragraph = re.compile(rf"<p>\s*({token}(?:\s+{token})*)\s*</p>")

    def bare(match: re.Match[str]) -> str:
        tokens = match[1].split()
        return match[1] if all(_is_block(source.html.get(t, "")) for t in tokens) else match[0]

    return paragraph.sub(bare, clean)


@functools.cache
def _converter() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here, as commands without pages need none

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
