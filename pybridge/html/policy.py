"""The one HTML policy, read from the file that the JavaScript half reads too."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pybridge import resources
from pybridge.html.frame_hosts import is_known_frame
from pybridge.html.structure import Structure
from pybridge.html.text import trimmed

POLICY_FILE = "shared/html_policy.json"

_KEPT = 16
"""Policies with other hosts; a process has as many as its projects had lists."""

_IGNORED_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u2029\u205f\u3000\ufeff]")
_SCHEME = re.compile(r"([^/?#:]*):")
_SPACES_TO_DOMPURIFY = re.compile(r"[\x00-\x20\xa0\u1680\u180e\u2000-\u2029\u205f\u3000]")
_CANDIDATES = re.compile(r",[\t\n\f\r ]+")
_CANDIDATE = re.compile(
    r"[\t\n\f\r ]*([^\t\n\f\r ,](?:[^\t\n\f\r ]*[^\t\n\f\r ,])?)"
    r"(?:[\t\n\f\r ]+[0-9]+(?:\.[0-9]+)?[wxh])?[\t\n\f\r ]*"
)
"""One image of a srcset: its URL, and its width or density."""


@dataclass(frozen=True)
class Bounds:
    """How much HTML is sanitised at once; more is shown as text."""

    characters: int
    tags: int
    open_elements: int
    attributes: int
    """Of one tag."""


@dataclass(frozen=True, eq=False)
class Policy:
    """What HTML of a macro may hold. One is the same as itself alone, so that caches can be by policy."""

    tags: frozenset[str]
    plain_tags: frozenset[str]
    """Elements that may stand anywhere, and that every parser reads alike everywhere."""
    attributes: Mapping[str, frozenset[str]]
    """By tag; `*` stands for every tag."""
    attribute_prefixes: frozenset[str]
    url_attributes: frozenset[str]
    srcset_attributes: frozenset[str]
    paint_attributes: frozenset[str]
    """Those of SVG that hold a colour, or a part of the document by `url(#…)`."""
    foreign_paints: re.Pattern[str]
    """What they may not hold: functions that browsers may load something for, and escapes that hide them."""
    refused_values: Mapping[str, re.Pattern[str]]
    """By attribute: what its value may not hold. A page that a link opens must not get hold of the page with the link."""
    text_attributes: frozenset[str]
    """Their values are never taken for URLs; those of all others are."""
    prefixed_names: re.Pattern[str]
    """Names behind such a prefix."""
    breakouts: re.Pattern[str]
    """What no value may hold: it would end a comment or raw text that it came to stand in."""
    url_schemes: frozenset[str]
    """Lower case, without the colon; relative URLs are always allowed."""
    iframe_hosts: frozenset[str]
    dropped_with_content: frozenset[str]
    """Unlisted tags lose their tag and keep their content; these lose both."""
    dropped_in_foreign: frozenset[str]
    """These lose both inside of <svg> and <math> only: elsewhere no parser knows them."""
    legacy_references: frozenset[str]
    """Names of characters that need no semicolon."""
    structure: Structure
    bounds: Bounds
    page_bounds: Bounds

    def keeps_value(self, tag: str, attribute: str, value: str) -> bool:
        """Whether an allowed attribute may have this value."""
        if self.breakouts.search(value):
            return False
        if attribute.startswith(tuple(self.attribute_prefixes)):
            return self.prefixed_names.match(attribute) is not None
        if attribute in self.text_attributes:
            return True
        if not self._may_be_url(value):
            return False
        if attribute in self.srcset_attributes:
            return self._keeps_images(value)
        if attribute in self.paint_attributes:
            return self.foreign_paints.search(value) is None
        if attribute in self.refused_values:
            return self.refused_values[attribute].search(value) is None
        if attribute not in self.url_attributes:
            return True
        if tag == "iframe":
            return is_known_frame(value, self.iframe_hosts)
        return self._keeps_url(value)

    def written_name(self, tag: str, attribute: str) -> str | None:
        """Return an attribute's name as it is written, None if the tag may not have it."""
        written = self._written.get(tag, self._written["*"]).get(attribute)
        if written is None and self.prefixed_names.match(attribute):
            return attribute
        return written

    def scheme_of(self, url: str) -> str | None:
        """Return the scheme that some reader may find in *url*, in lower case; None for a relative URL."""
        scheme = _SCHEME.match(_IGNORED_IN_URLS.sub("", url))
        return scheme[1].lower() if scheme else None

    def _keeps_url(self, value: str) -> bool:
        scheme = self.scheme_of(value)
        return scheme is None or scheme in self.url_schemes

    def _keeps_images(self, value: str) -> bool:
        candidates = [_CANDIDATE.fullmatch(each) for each in _CANDIDATES.split(value)]
        return all(each is not None and self._keeps_url(each[1]) for each in candidates)

    def _may_be_url(self, value: str) -> bool:
        """Whether DOMPurify keeps a value, which it takes for a URL wherever it knows no better."""
        text = trimmed(value)
        return not text or bool(self._unsuspicious.match(_SPACES_TO_DOMPURIFY.sub("", text)))

    @functools.cached_property
    def _unsuspicious(self) -> re.Pattern[str]:
        schemes = "|".join(sorted(self.url_schemes))
        pattern = rf"(?:(?:{schemes}):|[^a-z]|[a-z+.\-]+(?:[^a-z+.\-:]|\Z))"
        return re.compile(pattern, re.IGNORECASE | re.ASCII)

    @functools.cached_property
    def _written(self) -> Mapping[str, Mapping[str, str]]:
        everywhere = self.attributes["*"]
        return {
            tag: {name.lower(): name for name in (*everywhere, *names)}
            for tag, names in self.attributes.items()
        }


def html_policy(iframe_hosts: Iterable[str] | None = None) -> Policy:
    """Return the policy, with *iframe_hosts* in place of its own; the same object for the same hosts."""
    return _policy(None if iframe_hosts is None else frozenset(iframe_hosts))


@functools.lru_cache(_KEPT)
def _policy(iframe_hosts: frozenset[str] | None) -> Policy:
    return _own() if iframe_hosts is None else replace(_own(), iframe_hosts=iframe_hosts)


@functools.cache
def _own() -> Policy:
    """Read the policy file."""
    raw = json.loads((resources.web_worker() / POLICY_FILE).read_text("utf-8"))
    return Policy(
        tags=frozenset(raw["tags"]),
        plain_tags=frozenset(raw["plainTags"]),
        attributes={tag: frozenset(names) for tag, names in raw["attributes"].items()},
        attribute_prefixes=frozenset(raw["attributePrefixes"]),
        url_attributes=frozenset(raw["urlAttributes"]),
        srcset_attributes=frozenset(raw["srcsetAttributes"]),
        paint_attributes=frozenset(raw["paintAttributes"]),
        foreign_paints=re.compile(raw["foreignPaints"], re.IGNORECASE | re.ASCII),
        refused_values={
            name: re.compile(pattern, re.IGNORECASE | re.ASCII)
            for name, pattern in raw["refusedValues"].items()
        },
        text_attributes=frozenset(raw["textAttributes"]),
        prefixed_names=re.compile(_beyond_bmp(raw["prefixedNames"]), re.ASCII),
        breakouts=re.compile(raw["breakouts"], re.IGNORECASE | re.ASCII),
        url_schemes=frozenset(raw["urlSchemes"]),
        iframe_hosts=frozenset(raw["iframeHosts"]),
        dropped_with_content=frozenset(raw["droppedWithContent"]),
        dropped_in_foreign=frozenset(name.lower() for name in raw["droppedInForeign"]),
        legacy_references=frozenset(raw["legacyReferences"]),
        structure=Structure.from_json(raw),
        bounds=_bounds(raw["bounds"]),
        page_bounds=_bounds(raw["pageBounds"]),
    )


def _bounds(raw: Mapping[str, Any]) -> Bounds:
    return Bounds(raw["characters"], raw["tags"], raw["openElements"], raw["attributes"])


def _beyond_bmp(pattern: str) -> str:
    """Return a pattern of JavaScript, where what is beyond is two characters below U+FFFF."""
    return pattern.replace(r"\uffff", r"\U0010ffff")
