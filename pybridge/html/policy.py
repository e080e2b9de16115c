"""The one HTML policy, read from the file that the JavaScript half is generated from too."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pybridge import resources
from pybridge.html.frame_hosts import is_known_frame
from pybridge.html.text import trimmed

POLICY_FILE = "shared/html_policy.json"

_KEPT = 16
"""Policies with other hosts; a process has as many as its projects had lists."""

_IGNORED_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u2029\u205f\u3000\ufeff]")
_SCHEME = re.compile(r"([^/?#:]*):")
_SPACES_TO_DOMPURIFY = re.compile(r"[\x00-\x20\xa0\u1680\u180e\u2000-\u2029\u205f\u3000]")
_TEXTS = frozenset((
    "alt", "class", "for", "id", "label", "name", "pattern", "placeholder", "role", "summary", "title",
    "value", "style", "xmlns",
))  # fmt: skip
"""Attributes that DOMPurify never takes for a URL; of all others it checks the scheme."""


@dataclass(frozen=True, eq=False)
class Policy:
    """What HTML of a macro may hold. One is the same as itself alone, so that caches can be by policy."""

    tags: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    """By tag; `*` stands for every tag."""
    attribute_prefixes: frozenset[str]
    url_attributes: frozenset[str]
    prefixed_names: re.Pattern[str]
    """Names behind such a prefix."""
    breakouts: re.Pattern[str]
    """What no value may hold: it would end a comment or raw text that it came to stand in."""
    url_schemes: frozenset[str]
    """Lower case, without the colon; relative URLs are always allowed."""
    iframe_hosts: frozenset[str]
    dropped_with_content: frozenset[str]
    """Unlisted tags lose their tag and keep their content; these lose both."""
    void_tags: frozenset[str]
    raw_text_tags: frozenset[str]
    """Allowed, but only empty: their content is read differently in other surroundings."""

    def keeps_value(self, tag: str, attribute: str, value: str) -> bool:
        """Whether an allowed attribute may have this value."""
        if self.breakouts.search(value) or not self._may_be_url(attribute, value):
            return False
        if attribute.startswith(tuple(self.attribute_prefixes)):
            return self.prefixed_names.match(attribute) is not None
        if attribute not in self.url_attributes:
            return True
        if tag == "iframe":
            return is_known_frame(value, self.iframe_hosts)
        scheme = _SCHEME.match(_IGNORED_IN_URLS.sub("", value))
        return scheme is None or scheme[1].lower() in self.url_schemes

    def _may_be_url(self, attribute: str, value: str) -> bool:
        """Whether DOMPurify keeps a value, which it takes for a URL wherever it knows no better."""
        text = trimmed(value)
        if not text or attribute in _TEXTS or attribute.startswith(("data-", "aria-")):
            return True
        return self._unsuspicious.match(_SPACES_TO_DOMPURIFY.sub("", text)) is not None

    @functools.cached_property
    def _unsuspicious(self) -> re.Pattern[str]:
        schemes = "|".join(sorted(self.url_schemes))
        pattern = rf"(?:(?:{schemes}):|[^a-z]|[a-z+.\-]+(?:[^a-z+.\-:]|\Z))"
        return re.compile(pattern, re.IGNORECASE | re.ASCII)


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
        attributes={tag: frozenset(names) for tag, names in raw["attributes"].items()},
        attribute_prefixes=frozenset(raw["attributePrefixes"]),
        prefixed_names=re.compile(_beyond_bmp(raw["prefixedNames"]), re.ASCII),
        breakouts=re.compile(raw["breakouts"], re.IGNORECASE | re.ASCII),
        url_attributes=frozenset(raw["urlAttributes"]),
        url_schemes=frozenset(raw["urlSchemes"]),
        iframe_hosts=frozenset(raw["iframeHosts"]),
        dropped_with_content=frozenset(raw["droppedWithContent"]),
        void_tags=frozenset(raw["voidTags"]),
        raw_text_tags=frozenset(raw["rawTextTags"]),
    )


def _beyond_bmp(pattern: str) -> str:
    """Return a pattern of JavaScript, where what is beyond is two characters below U+FFFF."""
    return pattern.replace(r"\uffff", r"\U0010ffff")
