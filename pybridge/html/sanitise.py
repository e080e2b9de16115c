"""Make the HTML of macros harmless, and leave what is harmless as it was written.

Two walls stand behind each other: `normalise` writes what the policy lists in a form that every parser reads alike, and nh3
looks at the outcome with a parser of its own. It finds nothing to remove; if it did, its form would be used.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import nh3

from pybridge.html.frame_hosts import is_known_frame, refusal
from pybridge.html.normalise import Normalised, normalise, normalise_page
from pybridge.html.policy import Bounds, Policy, html_policy
from pybridge.html.tags import PLAIN_HOST
from pybridge.html.text import escape, trimmed

_KEPT = 16
"""Cleaners for policies with other hosts."""
_REMEMBERED = 4096
_REMEMBERED_LENGTH = 8192
"""Characters. Longer fragments are rarely met twice and would fill the memory."""
_MOST_LISTED = 5

_LEADING_NEWLINE = re.compile(r"(<pre(?:\s[^>]*)?>)(?=\n)")


@dataclass(frozen=True)
class Notice:
    """A kind of warning and what it says."""

    code: str
    message: str


@dataclass(frozen=True)
class Cleaned:
    """What became of a fragment."""

    html: str
    notices: Sequence[Notice] = ()
    """What to say of what was left out."""


def clean(html: str, policy: Policy) -> Cleaned:
    """Return *html* without anything that could run, load or reach out of its place.

    The own bytes are kept when every tag has its element in the sanitised form, and nothing else does.
    """
    if "<" not in html:
        return Cleaned(_encodable(html))
    if len(html) > _REMEMBERED_LENGTH:
        return _cleaned(html, policy)
    return _remembered(html, policy)


def sanitise(html: str, policy: Policy | None = None) -> str:
    """Return the HTML that `clean` makes of *html*; without a policy that of the built-in hosts."""
    return clean(html, policy or html_policy()).html


def clean_page(html: str, policy: Policy) -> Cleaned:
    """Return the sanitised serialisation of a page, whatever it looked like.

    An element that loses its content, and whose end tag is missing, loses its tag only.
    """
    text = _encodable(html)
    normalised = normalise_page(text, policy)
    if normalised is None:
        return Cleaned(escape(text), (_too_much(policy.page_bounds),))
    own = behind_library(normalised, normalised.html, policy)
    return Cleaned(own, tuple(_notices(normalised, policy)))


def sanitise_page(html: str, policy: Policy) -> str:
    """Return the HTML that `clean_page` makes of *html*."""
    return clean_page(html, policy).html


def _cleaned(source: str, policy: Policy) -> Cleaned:
    html = _encodable(source)
    normalised = normalise(html, policy, policy.bounds)
    if normalised is None:
        return Cleaned(escape(html), (_too_much(policy.bounds),))
    if normalised.is_exact and normalised.is_plain and html == source:
        return Cleaned(html)  # the library would find nothing; tests hold it to that
    own = html if normalised.is_exact else normalised.html
    return Cleaned(behind_library(normalised, own, policy), tuple(_notices(normalised, policy)))


_remembered = functools.lru_cache(_REMEMBERED)(_cleaned)


def behind_library(normalised: Normalised, own: str, policy: Policy) -> str:
    """Return *own*, unless the library finds anything in it that the normalised form has not."""
    has_odd_hosts = normalised.for_library != normalised.html
    found = _library_form(normalised.for_library if has_odd_hosts else own, policy)
    return own if found == normalised.for_library else found


def _library_form(html: str, policy: Policy) -> str:
    rest = html.lstrip("\ufeff")  # nh3 takes one at the start for a mark of the encoding
    cleaned = html[: len(html) - len(rest)] + _cleaner(policy).clean(rest)
    # Written as it would be read: a newline right after <pre> is eaten, a carriage return becomes one.
    return _LEADING_NEWLINE.sub("\\1\n", cleaned).replace("\r", "&#13;")


def _notices(normalised: Normalised, policy: Policy) -> list[Notice]:
    notices = []
    if normalised.frames:
        hosts = policy.iframe_hosts
        notices.append(Notice("iframe-host", refusal(normalised.frames, hosts)))
    if normalised.left_out:
        first = ", ".join(normalised.left_out[:_MOST_LISTED])
        others = len(normalised.left_out) - _MOST_LISTED
        more = f" and {others} more" if others > 0 else ""
        notices.append(Notice("html-left-out", f"left out of the HTML: {first}{more}"))
    return notices


def _too_much(bounds: Bounds) -> Notice:
    message = (
        f"the HTML is shown as text: it has more than {bounds.tags:,} tags, {bounds.open_elements} open "
        f"elements, {bounds.attributes} attributes in a tag, or {bounds.characters:,} characters"
    )
    return Notice("html-left-out", message)


def _encodable(html: str) -> str:
    """Replace lone surrogates, which no parser takes."""
    return html if html.isascii() else html.encode("utf-8", "replace").decode("utf-8")


@functools.lru_cache(_KEPT)
def _cleaner(policy: Policy) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(policy.tags),
        clean_content_tags=set(policy.dropped_with_content | policy.dropped_in_foreign),
        attributes={tag: set(names) for tag, names in policy.attributes.items()},
        generic_attribute_prefixes=set(policy.attribute_prefixes),
        attribute_filter=functools.partial(_kept, policy),
        url_schemes=set(policy.url_schemes),
        link_rel=None,
        strip_comments=True,
    )


def _kept(policy: Policy, tag: str, attribute: str, value: str) -> str | None:
    value = value if attribute == "value" else trimmed(value)
    if tag == "iframe" and attribute == "src" and value != f"https:{PLAIN_HOST}":
        return value if is_known_frame(value, policy.iframe_hosts) else None
    return value
