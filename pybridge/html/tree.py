"""Put tags and texts into a well-nested form. The same rules: web_worker/host/html/tree.js."""

from __future__ import annotations

import re

from pybridge.html.places import Places
from pybridge.html.policy import Bounds, Policy
from pybridge.html.references import decoded_text
from pybridge.html.tags import Tag
from pybridge.html.text import SPACE, shown

_SPECIAL = re.compile(r"[&\xa0<>\r]")
_ESCAPES = {"&": "&amp;", "\xa0": "&nbsp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_MADE_BY_END = {"br": "<br>", "p": "<p></p>"}
"""What a parser makes of an end tag whose element is not open; of others nothing."""


class TooManyTags(Exception):
    """There are more tags than the policy's bound."""


class TreeBuilder:
    """Takes tags and texts in order; writes a form that every parser reads as it is written."""

    def __init__(self, policy: Policy, bounds: Bounds) -> None:
        """Start with nothing; *bounds* are those of the work."""
        self._places = Places(policy.structure, bounds.open_elements)
        self.written = self._places.written
        self.plainer: dict[int, str] = {}
        """What a library gets instead of some of what is written, by index."""
        self.left_out: dict[str, None] = {}
        self.frames: list[str | None] = []
        """The src of each iframe that was left out."""
        self.is_exact = True
        """Whether every tag has its element, in the place where it is written; known at the end."""
        self.is_plain = True
        """Whether only elements were written that every parser reads alike everywhere."""
        self._policy = policy
        self._rules = policy.structure
        self._tags_left = bounds.tags
        self._dropped = ""
        """The element that is left out with its content."""
        self._in_dropped: dict[str, int] = {}
        self._pre = -1
        """How much was written when a <pre> began."""
        self._is_after_pre = False

    @property
    def is_foreign(self) -> bool:
        """Whether an <svg> or <math> is open: `<path/>` has no content there."""
        return self._places.is_foreign

    def drops(self, name: str) -> bool:
        """Whether an element of this name, here, is left out with its content."""
        policy = self._policy
        return name in policy.dropped_with_content or (
            self.is_foreign and name in policy.dropped_in_foreign
        )

    def text(self, source: str) -> None:
        """Take text from between tags."""
        if self._dropped:
            return
        text = decoded_text(source, self._policy.legacy_references)
        if self._is_after_pre:
            self._is_after_pre = False
            text = text.removeprefix("\n")
        if self._places.is_between_cells and text.strip(SPACE):
            self._places.open_cell()
        if self._pre == len(self.written) and text.startswith("\n"):
            self.written.append("\n")  # a parser leaves out the first one
        if _SPECIAL.search(text):
            text = _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)
        if text:
            self.written.append(text)

    def start(self, tag: Tag) -> None:
        """Take a start tag."""
        self._count()
        name = tag.name
        if self._dropped:
            self._start_in_dropped(tag)
        elif self.drops(name):
            self._drop(tag)
        elif not tag.is_allowed:
            self._leave_out(tag)
        elif self.is_foreign and self._places.make_foreign(name):
            self._write(tag)
            self._enter(tag)
        elif name not in self._rules.html_tags or not self._places.make(name):
            self._leave_out(tag)
        elif name in self._rules.void_tags:
            self._write(tag)
        else:
            self._write(tag)
            self._enter(tag)

    def end(self, tag: Tag) -> None:
        """Take an end tag."""
        self._count()
        if self._dropped and self._is_in_dropped(tag.name):
            return
        places, elements = self._places, self._places.elements
        place = places.of_end(tag.name)
        is_innermost = place == len(elements.names) - 1 >= 0
        if not is_innermost or not tag.is_literal or not elements.current.endswith(tag.name):
            self.is_exact = False
        if place >= 0:
            places.close(place)
        elif tag.name in _MADE_BY_END and places.make_html(tag.name):
            self.written.append(_MADE_BY_END[tag.name])

    def leave_out(self, tag: Tag) -> None:
        """Take a start tag that is left out alone, or whose content is skipped."""
        self._count()
        self._leave_out(tag)

    def raw_text(self, tag: Tag, *, is_empty: bool) -> None:
        """Take a whole element whose content a parser would not read: an iframe, or one that is left out."""
        self._count()
        if self._dropped:
            return
        if not tag.is_allowed or not self._places.make_html(tag.name):
            self._leave_out(tag)
            return
        self._write(tag)
        self.written.append(f"</{tag.name}>")
        self.is_exact = self.is_exact and is_empty

    def comment(self, lost: str) -> None:
        """Take a comment, or what is read as one or not at all; warn of what is *lost*."""
        self._count()
        self.is_exact = False
        if lost and not self._dropped:
            self.left_out[shown(lost)] = None

    def finish(self) -> None:
        """Close what is open."""
        places = self._places
        if places.elements.names or self._dropped or not places.is_exact:
            self.is_exact = False
        places.close(0)

    def _enter(self, tag: Tag) -> None:
        """Open the element of a tag that was written."""
        places = self._places
        if places.enter(tag.name):
            if tag.is_self_closing:
                places.close(len(places.elements.names) - 1)
            return
        if tag.name == "pre":
            self._pre, self._is_after_pre = len(self.written), True
        if tag.is_self_closing:
            self.is_exact = False

    # What is left out

    def _leave_out(self, tag: Tag) -> None:
        self.is_exact = False
        if tag.name == "iframe":
            self.frames.append(tag.source)
        else:
            self.left_out[f"<{shown(tag.name)}>"] = None

    def _drop(self, tag: Tag) -> None:
        self._leave_out(tag)
        is_empty = tag.name in self._rules.void_tags or (self.is_foreign and tag.is_self_closing)
        if not is_empty:
            self._dropped, self._in_dropped = tag.name, {tag.name: 1}

    def _start_in_dropped(self, tag: Tag) -> None:
        if tag.name not in self._rules.void_tags and not tag.is_self_closing:
            self._in_dropped[tag.name] = self._in_dropped.get(tag.name, 0) + 1

    def _is_in_dropped(self, name: str) -> bool:
        """Take an end tag inside of what is dropped; False if it ends an element around it."""
        inside = self._in_dropped.get(name, 0)
        if inside:
            self._in_dropped[name] = inside - 1
            if name == self._dropped and inside == 1:
                self._dropped = ""
            return True
        if self._places.of_end(name) < 0:
            return True
        self._dropped = ""
        return False

    # What is written

    def _write(self, tag: Tag) -> None:
        self.is_exact = self.is_exact and tag.is_literal
        self.is_plain = self.is_plain and tag.name in self._policy.plain_tags
        self.left_out.update(dict.fromkeys(tag.left_out))
        if tag.for_library != tag.html:
            self.plainer[len(self.written)] = tag.for_library
        self.written.append(tag.html)

    def _count(self) -> None:
        self._is_after_pre = False
        self._tags_left -= 1
        if self._tags_left < 0:
            raise TooManyTags
