"""Make the HTML of macros harmless, and leave what is harmless as it was written."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

import nh3

from pybridge.pages.attribute_order import in_source_order
from pybridge.pages.dom import is_literal, is_self_contained, same_dom, tag_depth
from pybridge.pages.policy import Policy, html_policy
from pybridge.pages.text import escape, trimmed

_REMEMBERED = 4096
_REMEMBERED_LENGTH = 8192
"""Characters. Longer fragments are rarely met twice and would fill the memory."""

MAX_DEPTH = 1024
"""Open tags. Parsers need time quadratic in the depth; what is deeper is shown as text."""

_LEADING_NEWLINE = re.compile(r"(<pre(?:\s[^>]*)?>)(?=\n)")


def sanitise(html: str) -> str:
    """Return *html* without anything that could run, load or reach out of its place.

    The own bytes are kept when the fragment is self-contained, says no more than its tree does,
    and is equal to its sanitised form; otherwise the sanitised form is returned.
    """
    if "<" not in html:
        return _encodable(html)
    return _remembered(html) if len(html) <= _REMEMBERED_LENGTH else _sanitised(html)


def sanitise_page(html: str) -> str:
    """Return the sanitised serialisation of *html*, whatever it looked like."""
    if tag_depth(html, html_policy().void_tags) > MAX_DEPTH:
        return escape(_encodable(html))
    cleaned = _cleaner().clean(_encodable(html))
    return _empty_raw_text().sub(r"\1\2", _LEADING_NEWLINE.sub("\\1\n", cleaned))


def _sanitised(html: str) -> str:
    html = _encodable(html)
    clean = sanitise_page(html)
    return html if _keeps_bytes(html, clean) else in_source_order(clean, html)


_remembered = functools.lru_cache(_REMEMBERED)(_sanitised)


def _keeps_bytes(html: str, clean: str) -> bool:
    policy = html_policy()
    return (
        is_literal(html, policy.void_tags, policy.raw_text_tags)
        and is_self_contained(html)
        and same_dom(html, clean)
    )


def _encodable(html: str) -> str:
    """Replace lone surrogates, which no parser takes."""
    return html if html.isascii() else html.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def _cleaner() -> nh3.Cleaner:
    policy = html_policy()
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


@functools.cache
def _empty_raw_text() -> re.Pattern[str]:
    """Match an element whose content is raw text, as the serialiser writes it."""
    names = "|".join(sorted(html_policy().raw_text_tags))
    return re.compile(
        rf"(<(?:{names})(?:\s[^>]*)?>)[^<]*(?:<(?!/(?:{names})>)[^<]*)*(</(?:{names})>)"
    )
