"""Text like `[show id=1]]` or `[ [show]]`: it ends as a macro does and does not begin as one."""

from __future__ import annotations

import re
from bisect import bisect_right

from pybridge.macros.syntax.code import find_code
from pybridge.macros.syntax.front_matter import front_matter_end
from pybridge.macros.syntax.near_misses import NearMiss, as_macro, near_miss
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.macros.values.characters import SPACE_CLASS, WORD_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST_LINE = 200
_LONGEST_LINK = 400
_FOUND = re.compile(
    # Begins with the character that is looked for, which is what makes the search quick.
    r"\[(?<!\[\[)(?<!\\\[)((?:\"[^\"\r\n]{0,200}+\"|'[^'\r\n]{0,200}+'|[^\[\]\r\n]){1,300}+)\](?:([ \t]{1,3})\]|\])"
)
_APART = re.compile(r"(?<![\[\\])\[[ \t]{1,3}\Z")
_CALL = re.compile(rf"[{SPACE_CLASS}]*/?[{WORD_CLASS}]+[{SPACE_CLASS}][^=]*\w\s?=\s?[^\s=]")
_BRACKET = re.compile(r"[\[\]]")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[ \t>]*(?=[\r\n])")
_TEXT_BEFORE = re.compile(r"[\w\]!]\Z")


def half_openings(
    text: str,
    known: Callable[[str], bool],
    folded: Callable[[str], str],
    *,
    markdown: bool,
) -> Iterator[tuple[int, NearMiss]]:
    """Yield what ends with `]]` like a macro of a known name and begins with a single bracket, with its offset.

    Args:
        text: The document.
        known: Whether there is a macro of a name.
        folded: Makes a name of what is not spelt as one.
        markdown: Whether front matter and code are left out.
    """
    meant = (_meant(text, match, known, folded) for match in _FOUND.finditer(text))
    found = [each for each in meant if each is not None]
    if not found:
        return
    taken = _taken(text, markdown=markdown)
    starts = [first for first, _ in taken]
    for at, miss in found:
        before = bisect_right(starts, at)
        if before == 0 or at >= taken[before - 1][1]:
            yield at, miss


def _meant(
    text: str, match: re.Match[str], known: Callable[[str], bool], folded: Callable[[str], str]
) -> tuple[int, NearMiss] | None:
    start, (content, blanks) = match.start(), match.groups()
    apart = _APART.search(text, max(0, start - 5), start)
    if blanks and apart is None:
        return None
    is_call = _CALL.match(content) is not None
    at = apart.start() if apart else start
    if not is_call and not apart and _stands_in_text(text, start):
        return None
    if not apart and not blanks and _ends_link_text(text, start, match.end()):
        return None
    form = _form(f"[[{content}]]", known, folded, may_differ=is_call or apart is not None)
    if form is None:
        return None
    reason = "a blank stands between its brackets" if apart else "a single [ begins it"
    return at, NearMiss(form[0], f"not a macro: {reason}; write {form[1]}", True)


def _form(
    whole: str, known: Callable[[str], bool], folded: Callable[[str], str], *, may_differ: bool
) -> tuple[str, str] | None:
    """Return the macro that *whole* is, or is nearly: its name and how it is written."""
    tokens = find_tokens(whole, markdown=False)
    if tokens and tokens[0].end == len(whole):
        name, params = tokens[0].name, tokens[0].params.strip()
        if not known(name):
            return None
        return name, f"[[/{name}]]" if tokens[0].is_closing else as_macro(name, params)
    miss = near_miss(whole, 0, known, folded) if may_differ else None
    if miss is None or not miss.is_known:
        return None
    return miss.name, miss.message.rpartition("; write ")[2]


def _stands_in_text(text: str, start: int) -> bool:
    """Whether brackets without params rather belong to what stands before them: `[see [this]]`, `x[i]]`."""
    if _TEXT_BEFORE.search(text, max(0, start - 1), start):
        return True
    first = max(0, start - _LONGEST_LINE)
    line = max(text.rfind("\n", first, start), text.rfind("\r", first, start))
    return _is_in_brackets(text, max(line + 1, first), start)


def _ends_link_text(text: str, start: int, end: int) -> bool:
    """Whether brackets with params end the text of a link, which may begin some lines before: `[see [id=1]](address)`."""
    if not text.startswith(("(", "["), end):
        return False
    first = max(0, start - _LONGEST_LINK)
    for blank in _BLANK_LINE.finditer(text, first, start):
        first = blank.end()
    return _is_in_brackets(text, first, start)


def _is_in_brackets(text: str, first: int, start: int) -> bool:
    depth = 0
    for bracket in _BRACKET.finditer(text, first, start):
        depth = depth + 1 if bracket[0] == "[" else max(0, depth - 1)
    return depth > 0


def _taken(text: str, *, markdown: bool) -> list[tuple[int, int]]:
    """Return the ranges of *text* that are macros, code or front matter, in order."""
    ranges = [(token.start, token.end) for token in find_tokens(text, markdown=markdown)]
    if markdown:
        ends = dict(ranges)
        start = front_matter_end(text)
        fences, spans = find_code(text, start, ends.get)
        ranges = sorted([(0, start), *fences, *spans, *ranges])
    return ranges
