"""Make the HTML of macros harmless, and leave what is harmless as it was written."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3

from pybridge.html.attribute_order import in_source_order
from pybridge.html.dom import frame_sources, is_literal, is_self_contained, same_dom, tag_depth
from pybridge.html.frame_hosts import is_known_frame, refusal
from pybridge.html.policy import Policy, html_policy
from pybridge.html.text import escape, trimmed

_KEPT = 16
"""Cleaners for policies with other hosts."""
_REMEMBERED = 4096
_REMEMBERED_LENGTH = 8192
"""Characters. Longer fragments are rarely met twice and would fill the memory."""

MAX_DEPTH = 1024
"""Open tags. Parsers need time quadratic in the depth; what is deeper is shown as text."""

_FRAME_OR_TAG = re.compile(
    r"""(<iframe(?: [^ <>"=]+="[^"]*")*>)[^<]*(?:<(?!/iframe>)[^<]*)*</iframe>"""
    r"""|<[^<>"]*(?:"[^"]*"[^<>"]*)*>"""
)
"""A whole iframe, or any other tag with its values: what looks like an iframe inside of one is none."""
_HAS_PAGE = re.compile(r' src="')

_LEADING_NEWLINE = re.compile(r"(<pre(?:\s[^>]*)?>)(?=\n)")


@dataclass(frozen=True)
class Cleaned:
    """What became of a fragment."""

    html: str
    refused: str | None = None
    """What to say of iframes that were left out."""


def clean(html: str, policy: Policy) -> Cleaned:
    """Return *html* without anything that could run, load or reach out of its place.

    The own bytes are kept when the fragment is self-contained, says no more than its tree does,
    and is equal to its sanitised form; otherwise the sanitised form is returned.
    """
    if "<" not in html:
        return Cleaned(_encodable(html))
    if len(html) > _REMEMBERED_LENGTH:
        return _cleaned(html, policy)
    return _remembered(html, policy)


def sanitise(html: str, policy: Policy | None = None) -> str:
    """Return the HTML that `clean` makes of *html*; without a policy that of the built-in hosts."""
    return clean(html, policy or html_policy()).html


def sanitise_page(html: str, policy: Policy) -> str:
    """Return the sanitised serialisation of *html*, whatever it looked like."""
    if tag_depth(html, policy.void_tags) > MAX_DEPTH:
        return escape(_encodable(html))
    text = _encodable(html)
    rest = text.lstrip("\ufeff")  # nh3 takes one at the start for a mark of the encoding
    cleaned = text[: len(text) - len(rest)] + _cleaner(policy).clean(rest)
    # Written as it would be read: a newline right after <pre> is eaten, a carriage return becomes one.
    whole = _LEADING_NEWLINE.sub("\\1\n", cleaned).replace("\r", "&#13;")
    return _FRAME_OR_TAG.sub(_without_content, whole) if "<iframe" in whole else whole


def _cleaned(html: str, policy: Policy) -> Cleaned:
    html = _encodable(html)
    cleaned = sanitise_page(html, policy)
    if _keeps_bytes(html, cleaned, policy):
        return Cleaned(html)
    return Cleaned(in_source_order(cleaned, html), _refused(html, policy))


_remembered = functools.lru_cache(_REMEMBERED)(_cleaned)


def _refused(html: str, policy: Policy) -> str | None:
    """Return what to say of the iframes whose page may not be shown; None when there are none."""
    if "<iframe" not in html.lower():
        return None
    hosts = policy.iframe_hosts
    sources = frame_sources(html)
    refused = [each for each in sources if each is None or not is_known_frame(each, hosts)]
    return refusal(refused, hosts) if refused else None


def _keeps_bytes(html: str, cleaned: str, policy: Policy) -> bool:
    return (
        is_literal(html, policy.void_tags, policy.raw_text_tags)
        and is_self_contained(html)
        and same_dom(html, cleaned)
    )


def _encodable(html: str) -> str:
    """Replace lone surrogates, which no parser takes."""
    return html if html.isascii() else html.encode("utf-8", "replace").decode("utf-8")


@functools.lru_cache(_KEPT)
def _cleaner(policy: Policy) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(policy.tags),
        clean_content_tags=set(policy.dropped_with_content),
        attributes={tag: set(names) for tag, names in policy.attributes.items()},
        generic_attribute_prefixes=set(policy.attribute_prefixes),
        attribute_filter=_filter_of(policy),
        url_schemes=set(policy.url_schemes),
        link_rel=None,
        strip_comments=True,
    )


def _filter_of(policy: Policy) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if not policy.keeps_value(tag, attribute, value):
            return None
        return value if attribute == "value" else trimmed(value)  # as DOMPurify does

    return keep


def _without_content(found: re.Match[str]) -> str:
    """Return an iframe without what is in it; without its page it is an empty box and goes away."""
    frame = found[1]
    if frame is None:
        return found[0]
    return f"{frame}</iframe>" if _HAS_PAGE.search(frame) else ""
