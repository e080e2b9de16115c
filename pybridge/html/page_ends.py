"""Find the end tags of elements, for those that a page loses with their content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pybridge.html.policy import Policy
from pybridge.html.reader import RawText, read
from pybridge.html.tags import Tag
from pybridge.html.tree import TooManyTags


def page_ends(html: str, policy: Policy) -> Mapping[int, int]:
    """Return where elements end, behind their end tag, by where they start: those that have an end tag.

    An end tag is that of the innermost open element of its name, and ends all in it: in `<p><select></p></select>`
    that of `<select>` is missing.

    Raises:
        TooManyTags: there are more than a page may have.
    """
    ends = _Ends(html, policy)
    read(html, policy, ends, ends.take)
    return ends.found


class _Ends:
    is_exact = True

    def __init__(self, html: str, policy: Policy) -> None:
        self.found: dict[int, int] = {}
        self._rules = policy.structure
        self._raw = RawText(html)
        self._tags_left = policy.page_bounds.tags
        self._open: list[tuple[str, int]] = []
        """Names and where they start."""
        self._count: Counter[str] = Counter()
        """How many of a name are open."""

    def text(self, source: str) -> None:
        pass

    def comment(self, lost: str) -> None:
        pass

    def take(self, tag: Tag, start: int, end: int) -> int:
        self._tags_left -= 1
        if self._tags_left < 0:
            raise TooManyTags
        if tag.is_end:
            self._close(tag.name, end)
        elif tag.name in self._rules.raw_text_tags:
            found = None if self._is_without_content(tag) else self._raw.end(tag.name, end)
            return found[0] if found else end
        elif not self._is_without_content(tag):
            self._open.append((tag.name, start))
            self._count[tag.name] += 1
        return end

    def _is_without_content(self, tag: Tag) -> bool:
        is_foreign = self._count["svg"] > 0 or self._count["math"] > 0
        return tag.name in self._rules.void_tags or (is_foreign and tag.is_self_closing)

    def _close(self, name: str, end: int) -> None:
        while self._count[name] > 0:
            inner, start = self._open.pop()
            self._count[inner] -= 1
            if inner == name:
                self.found[start] = end
                return
