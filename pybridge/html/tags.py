"""Read one tag of HTML. The same rules: web_worker/host/html/tags.js."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from pybridge.html.policy import Policy
from pybridge.html.references import decoded_value
from pybridge.html.text import LOWER, shown, trimmed

STRICT = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]*"
    r"(?:[\t\n\f\r ]+[^\t\n\f\r \"'<>/=`]+"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"[^\"]*\"|'[^']*'|[^\t\n\f\r \"'<>=`]+))?){0,64}"
    r"[\t\n\f\r ]*/?>"
)
"""A tag that every reader of HTML takes for the same. HTML's white space is these five characters, not what \\s means."""

_TAG_NAME = re.compile(r"</?([A-Za-z][^\t\n\f\r />]*)")
_SPACE = re.compile(r"[\t\n\f\r /]*")
_NAME = re.compile(r"[^\t\n\f\r />][^\t\n\f\r />=]*")
_EQUALS = re.compile(r"[\t\n\f\r ]*=[\t\n\f\r ]*")
_UNQUOTED = re.compile(r"[^\t\n\f\r >]*")
_END = re.compile(r"</[A-Za-z0-9]+[\t\n\f\r ]*>")
_PLAIN_URL = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*(?::[0-9]{1,4})?(?:[/?#].*)?|(?:mailto|tel):[^/]*",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_ENCODED_HOST = re.compile(r"(?:^|[/.])xn--", re.IGNORECASE)
_SPECIAL = re.compile(r"[&\xa0\"<>\r]")
_ESCAPES = {
    "&": "&amp;",
    "\xa0": "&nbsp;",
    '"': "&quot;",
    "<": "&lt;",
    ">": "&gt;",
    "\r": "&#13;",
}
PLAIN_HOST = "x"
_REMEMBERED = 4096
_REMEMBERED_LENGTH = 256
"""Characters. Longer tags are rarely met twice."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, judged by the policy on its own."""

    name: str
    is_end: bool
    is_self_closing: bool
    is_allowed: bool
    """Whether the policy lists it, with the attributes that it has."""
    is_literal: bool
    """Whether every reader takes it for the same, and nothing of it is left out."""
    html: str
    """A start tag as it is written in sanitised HTML."""
    for_library: str
    """The same with a plainer host in URLs, whose hosts libraries judge differently."""
    left_out: tuple[str, ...]
    source: str | None
    """The src of an iframe."""


class TooManyAttributes(Exception):
    """A tag has more attributes than the policy's bound."""


def strict_tag(source: str, policy: Policy) -> Tag:
    """Return the tag that *source* is, which matches STRICT."""
    if len(source) > _REMEMBERED_LENGTH:
        return _strict_tag(source, policy)
    return _remembered(source, policy)


def _strict_tag(source: str, policy: Policy) -> Tag:
    found = lenient_tag(source, 0, policy, is_strict=True)
    assert found is not None
    return found[0]


_remembered = functools.lru_cache(_REMEMBERED)(_strict_tag)


def lenient_tag(
    html: str, start: int, policy: Policy, *, is_strict: bool = False
) -> tuple[Tag, int] | None:
    """Read the tag at *start*, where one begins, as a browser does.

    Returns:
        The tag and its end; None if the text ends before the tag.
    """
    named = _TAG_NAME.match(html, start)
    assert named is not None
    read = _attributes(html, named.end(), policy)
    if read is None:
        return None
    attributes, is_self_closing, has_repeated, end = read
    name = named[1].translate(LOWER)
    is_end = html.startswith("/", start + 1)
    if is_end:
        is_literal = is_strict and _END.fullmatch(html, start, end) is not None
        return Tag(name, True, is_self_closing, True, is_literal, "", "", (), None), end
    is_literal = is_strict and not has_repeated
    return _start_tag(name, attributes, is_self_closing, is_literal, policy), end


def _attributes(
    html: str, at: int, policy: Policy
) -> tuple[dict[str, str], bool, bool, int] | None:
    """Return attributes by name, whether the tag ends with a slash, whether one is repeated, and the tag's end."""
    attributes: dict[str, str] = {}
    has_repeated = False
    while True:
        after = _SPACE.match(html, at)
        assert after is not None
        if html.startswith(">", after.end()):
            is_self_closing = html.startswith("/", after.end() - 1) and after.end() > at
            return attributes, is_self_closing, has_repeated, after.end() + 1
        named = _NAME.match(html, after.end())
        if named is None:
            return None
        value, end = _value(html, named.end())
        if end < 0:
            return None
        name = named[0].translate(LOWER)
        has_repeated = has_repeated or name in attributes
        attributes.setdefault(name, decoded_value(value, policy.legacy_references))
        if len(attributes) > policy.bounds.attributes:
            raise TooManyAttributes
        at = end


def _value(html: str, at: int) -> tuple[str, int]:
    """Return an attribute's value and its end, -1 if the text ends first."""
    equals = _EQUALS.match(html, at)
    if equals is None:
        return "", at
    start = equals.end()
    quote = html[start : start + 1]
    if quote in {'"', "'"}:
        end = html.find(quote, start + 1)
        return html[start + 1 : end], end + 1 if end >= 0 else end
    found = _UNQUOTED.match(html, start)
    assert found is not None
    return found[0], found.end()


def _start_tag(
    name: str, attributes: dict[str, str], is_self_closing: bool, is_literal: bool, policy: Policy
) -> Tag:
    written, plainer, left_out = [f"<{name}"], [f"<{name}"], []
    for attribute, value in attributes.items():
        own = policy.written_name(name, attribute)
        kept = value if own == "value" else trimmed(value)
        if own is None:
            left_out.append(f"{shown(attribute)} of <{shown(name)}>")
        elif not all(policy.keeps_value(name, attribute, each) for each in {value, kept}):
            left_out.append(f'{shown(own)}="{shown(value)}" of <{shown(name)}>')
        else:
            written.append(f' {own}="{escaped_value(kept)}"')
            is_url = attribute in policy.url_attributes
            plainer.append(f' {own}="{escaped_value(_plainer(kept, policy) if is_url else kept)}"')
    html, for_library = "".join(written) + ">", "".join(plainer) + ">"
    is_allowed = name in policy.tags and _has_what_it_needs(name, attributes, html)
    is_literal = is_literal and is_allowed and not left_out
    source = attributes.get("src") if name == "iframe" else None
    return Tag(
        name, False, is_self_closing, is_allowed, is_literal, html, for_library, tuple(left_out), source
    )  # fmt: skip


def _has_what_it_needs(name: str, attributes: dict[str, str], html: str) -> bool:
    """Whether an iframe shows a known page; an input is a box that nobody can tick."""
    if name == "iframe":
        return ' src="' in html
    if name == "input":
        kind = attributes.get("type", "").translate(LOWER)
        return kind == "checkbox" and ' disabled="' in html
    return True


def _plainer(url: str, policy: Policy) -> str:
    """Return *url* for the library, which refuses some hosts that browsers take."""
    scheme = policy.scheme_of(url)
    if scheme is None or (_PLAIN_URL.fullmatch(url) and not _ENCODED_HOST.search(url)):
        return url
    return f"{scheme}:{PLAIN_HOST}"


def escaped_value(value: str) -> str:
    """Return an attribute's value as a serialiser writes it."""
    return (
        _SPECIAL.sub(lambda found: _ESCAPES[found[0]], value) if _SPECIAL.search(value) else value
    )
