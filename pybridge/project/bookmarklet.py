"""Read a bookmarklet link: its values are sanitised before anything uses them.

The link is `bds://new-post?title=…&url=…`. It comes from any page on the web.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from pybridge.errors import PybridgeError

SCHEME, HOST = "bds", "new-post"
LONGEST_LINK = 1 << 16
LONGEST_TITLE = 200
LONGEST_URL = 2048

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]")
_MARKDOWN = re.compile(r"([\\\[\]()<>`*_~]|&(?=#?[A-Za-z0-9]+;))")
"""What would begin or end a link, a tag, a macro, code, emphasis or a character reference."""
_HOST_NAME = re.compile(r"[a-z0-9._~!$&'*+,;=%-]+|\[[0-9a-f:.]+\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_ROUNDS = 5


@dataclass(eq=False)
class BookmarkInvalid(PybridgeError):
    """No post can be made of a bookmarklet's link."""

    problem: str
    code = "schema"
    hint = "a link is bds://new-post?title=…&url=https%3A%2F%2F…"

    def what(self) -> str:
        """Name the reason."""
        return f"not a bookmarklet link: {self.problem}"


@dataclass(frozen=True)
class Bookmark:
    """A page someone wants to write about."""

    title: str
    url: str

    def to_post(self, category: str | None = None) -> dict[str, Any]:
        """Return the post that transforms begin with."""
        link = f"[{_escaped(self.title)}]({_closed(self.url)})"
        categories = [category.strip()] if category and category.strip() else []
        return {"title": self.title, "content": link, "tags": [], "categories": categories}

    def context(self) -> dict[str, Any]:
        """Return the context of transforms."""
        return {"source": "blogmark", "url": self.url}


def read_bookmarklet(link: str) -> Bookmark:
    """Return what a bookmarklet's link says.

    Raises:
        BookmarkInvalid: when it is another link, or its page's address is not one of the web.
    """
    query = _query(link)
    url = _clean_url(_first(query, "url"))
    title = _CONTROL.sub("", _first(query, "title")).strip()[:LONGEST_TITLE].strip()
    return Bookmark(title or (urlsplit(url).hostname or ""), url)


def _query(link: str) -> dict[str, list[str]]:
    try:
        parts = urlsplit(_CONTROL.sub("", link[: LONGEST_LINK + 1]).strip())
        if len(link) > LONGEST_LINK or (parts.scheme, parts.netloc.lower()) != (SCHEME, HOST):
            raise BookmarkInvalid(f"the link does not begin with {SCHEME}://{HOST}")
        if parts.path not in ("", "/"):
            raise BookmarkInvalid(f"the link has a path behind {SCHEME}://{HOST}")
        return parse_qs(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise BookmarkInvalid("the link cannot be read") from error


def _first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def _clean_url(raw: str) -> str:
    """Return a page's address without user, password and fragment."""
    url = _CONTROL.sub("", raw).strip()
    if not url or len(url) > LONGEST_URL:
        raise BookmarkInvalid(f"the page's address must have 1 to {LONGEST_URL} characters")
    if not re.match(r"https?:", _revealed(url)):
        raise BookmarkInvalid("the page's address must begin with http:// or https://")
    try:
        parts = urlsplit(url.replace("\\", "/"))
        clean = f"{parts.scheme}://{_authority(parts)}{_encoded(parts.path or '/')}"
    except ValueError as error:
        raise BookmarkInvalid("the page's address cannot be read") from error
    clean += f"?{_encoded(parts.query)}" if parts.query else ""
    if len(clean) > LONGEST_URL:
        raise BookmarkInvalid(f"the page's address has more than {LONGEST_URL} characters")
    return clean


def _revealed(url: str) -> str:
    """Return *url* decoded until nothing changes, without blanks: as a lenient reader may see it."""
    for _ in range(_MOST_ROUNDS):
        plainer = _UNSEEN.sub("", html.unescape(unquote(url)))
        if plainer == url:
            break
        url = plainer
    return url.lower()


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        host = host.encode("idna").decode("ascii")
    if parts.scheme not in _DEFAULT_PORTS or not _HOST_NAME.fullmatch(host):
        raise BookmarkInvalid("the page's address must begin with http:// or https:// and a host")
    port = parts.port
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


def _encoded(part: str) -> str:
    """Return a part of an address, with the characters encoded that a browser would encode.

    Brackets and backticks too: in a document they would be a macro or code.
    """
    return quote(part, safe="/?:@!$&'()*+,;=%-._~|^{}")


def _escaped(title: str) -> str:
    return _MARKDOWN.sub(r"\\\1", re.sub(r"[\r\n]+", " ", title))


def _closed(url: str) -> str:
    """Return *url* for use in a Markdown link: brackets that do not pair would end it too early."""
    depth = 0
    for character in url:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            break
    return url if depth == 0 else url.replace("(", "%28").replace(")", "%29")
