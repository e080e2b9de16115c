"""Complete pages to look at: one for a document, one that lists them."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from pybridge.html.policy import Policy
from pybridge.html.text import escape

_HERE = Path(__file__).parent
_HEADING = re.compile(r"<h1(?:\s[^>]*)?>(.*?)</h1>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class IndexEntry:
    """One line of the list of documents."""

    path: str
    title: str
    href: str | None
    """Where its page is, relative to the list; None when there is none."""
    macros: int
    errors: Sequence[str]
    """As the terminal shows them, one text of several lines each."""


def document_page(
    body: str, policy: Policy, *, name: str, post: Mapping[str, Any], language: str
) -> str:
    """Return a whole page around a sanitised *body*.

    Args:
        body: What `page_body` returned.
        policy: The one that it was sanitised by; the page's own names the same hosts.
        name: Stands in for a title where neither front matter nor a heading has one.
        post: The front matter, as far as there is any.
        language: Of the text, unless the post names its own.
    """
    own = _HEADING.search(body)
    title = _text(post.get("title")) or (_heading(own[1]) if own else "") or escape(name)
    header = "" if own else f"<h1>{title}</h1>"
    return _page(
        lang=escape(str(post.get("language") or language)),
        title=title,
        header=f"<header>{header}{_meta(post)}</header>",
        body=body,
        footer="",
        policy=_content_policy(policy.iframe_hosts),
    )


def _heading(html: str) -> str:
    """Return the text of a heading; of one that ends inside of a value no tag may be left open."""
    return _MARKUP.sub("", html).replace("<", "&lt;")


def index_page(entries: Sequence[IndexEntry], *, title: str, language: str) -> str:
    """Return the page that lists documents, with what failed in them."""
    macros = sum(entry.macros for entry in entries)
    errors = sum(len(entry.errors) for entry in entries)
    tally = [("documents", len(entries), ""), ("macros", macros, "")]
    tally.append(("failed", errors, ' class="wrong"' if errors else ""))
    shown = "".join(f"<span{kind}><strong>{n:,}</strong> {what}</span>" for what, n, kind in tally)
    return _page(
        lang=escape(language),
        title=escape(title),
        header=f'<header><h1>{escape(title)}</h1></header><p class="tally">{shown}</p>',
        body=f'<ul class="documents">{"".join(map(_entry, entries))}</ul>',
        footer="<footer>Rendered by pybridge.</footer>",
        policy=_content_policy(frozenset()),
    )


def _entry(entry: IndexEntry) -> str:
    name = escape(entry.title)
    if entry.href is not None:
        link = f'<a class="name" href="{escape(quote(entry.href))}">{name}</a>'
    else:
        link = f'<span class="name">{name}</span>'
    plural = "" if entry.macros == 1 else "s"
    meta = f'<p class="meta">{escape(entry.path)} · {entry.macros} macro{plural}</p>'
    errors = "".join(f"<li>{_error(text)}</li>" for text in entry.errors)
    listed = f'<ul class="errors">{errors}</ul>' if errors else ""
    return f"<li>{link}{meta}{listed}</li>"


def _error(text: str) -> str:
    first, _, rest = text.partition("\n")
    return escape(first) + (f"<pre>{escape(rest)}</pre>" if rest else "")


def _meta(post: Mapping[str, Any]) -> str:
    date = _text(post.get("publishedAt") or post.get("createdAt") or post.get("date"))[:10]
    tags = post.get("tags")
    names = " · ".join(map(_text, tags)) if isinstance(tags, list) else ""
    facts = " — ".join(filter(None, [date, _text(post.get("author")), names]))
    lead = _text(post.get("excerpt"))
    return (f'<p class="lead">{lead}</p>' if lead else "") + (
        f'<p class="meta">{facts}</p>' if facts else ""
    )


def _text(value: object) -> str:
    return escape(str(value)) if isinstance(value, str | int | float) else ""


def _page(**parts: str) -> str:
    return _template().substitute(parts, style=_style())


def _content_policy(iframe_hosts: Set[str]) -> str:
    """Return the page's policy: no code, no connections, no styles but its own; pictures from anywhere.

    A page cannot forbid others to frame it: `frame-ancestors` counts only in a server's header.
    """
    frames = " ".join(f"https://{host}" for host in sorted(iframe_hosts)) or "'none'"
    return escape(
        "default-src 'none'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        f"img-src *; media-src *; style-src '{_style_hash()}'; frame-src {frames}"
    )


@functools.cache
def _style_hash() -> str:
    """Return the source expression for the text of the page's own style element."""
    text = f"\n{_style()}\n".encode()
    return "sha256-" + base64.b64encode(hashlib.sha256(text).digest()).decode("ascii")


@functools.cache
def _template() -> Template:
    return Template((_HERE / "page.html").read_text("utf-8"))


@functools.cache
def _style() -> str:
    return (_HERE / "page.css").read_text("utf-8").strip()
