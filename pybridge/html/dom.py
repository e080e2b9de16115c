"""Judge HTML fragments: is it well formed, is it self-contained, do two mean the same?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pybridge.html.text import trimmed

_SENTINELS = ("\u2060pb-start\u2060", "\u2060pb-end\u2060")
_DOCUMENT = "<!DOCTYPE html><html><head></head><body>{}{}{}</body></html>"

# HTML's white space is these five characters, not what \s means. Any tag that is written otherwise
# is legal HTML perhaps, but browsers and a scanner may disagree about where it ends.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"(?:[\t\n\f\r ]+[^\t\n\f\r \"'<>/=`\x00]+"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"[^\"\x00]*\"|'[^'\x00]*'|[^\t\n\f\r \"'<>=`\x00]+))?)*"
    r"[\t\n\f\r ]*/?>"
)

_ATTRIBUTE = re.compile(
    r"[\t\n\f\r ]+([^\t\n\f\r \"'<>/=`\x00]+)"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"[^\"\x00]*\"|'[^'\x00]*'|[^\t\n\f\r \"'<>=`\x00]+))?"
)
_END = re.compile(r"</[A-Za-z0-9]+[\t\n\f\r ]*>")
_TAG_START = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_CLOSED_BY_THE_NEXT = frozenset({"p", "li", "dt", "dd", "tr", "td", "th"})


def tag_depth(html: str, void_tags: Set[str]) -> int:
    """Estimate from above how deep elements are nested."""
    depth = deepest = 0
    for end, name in _TAG_START.findall(html):
        tag = name.lower()
        if tag in void_tags or tag in _CLOSED_BY_THE_NEXT:
            continue
        depth = max(depth - 1, 0) if end else depth + 1
        deepest = max(deepest, depth)
    return deepest


def element_names(html: str, void_tags: Set[str], empty_tags: Set[str]) -> list[str] | None:
    """List the elements in order, as depth and name; None unless every `<` starts a plain tag, closed in order.

    *empty_tags* must be closed at once.
    """
    names: list[str] = []
    open_tags: list[str] = []
    open_svgs = 0
    at = html.find("<")
    while at >= 0:
        tag = _TAG.match(html, at)
        if tag is None or _says_too_much(tag):
            return None
        name = tag["name"].lower()
        if tag["end"]:
            if not open_tags or open_tags.pop() != name:
                return None
            open_svgs -= name == "svg"
        elif name in empty_tags and not html.startswith(f"</{tag['name']}>", tag.end()):
            return None
        else:
            names.append(f"{len(open_tags)} {name}")
            # SVG knows `<path/>`; HTML takes `<div/>` for an opening tag
            is_closed = name in void_tags or (open_svgs > 0 and tag[0].endswith("/>"))
            open_tags.extend(() if is_closed else (name,))
            open_svgs += name == "svg" and not is_closed
        at = html.find("<", tag.end())
    return None if open_tags or "\x00" in html else names


def _says_too_much(tag: re.Match[str]) -> bool:
    """Whether there is something in a tag that parsers leave out: a second value, or any at its end."""
    if tag["end"]:
        return _END.fullmatch(tag[0]) is None
    names = [name.lower() for name in _ATTRIBUTE.findall(tag[0])]
    return len(names) != len(set(names))


def is_literal(html: str, void_tags: Set[str], empty_tags: Set[str]) -> bool:
    """Whether the text and its tree have the same elements, so that it means the same anywhere.

    A parser silently ignores a stray `<body onload=…>`, `<td onclick=…>` or `</div>` in one
    place and obeys it in another: a tree without it does not make the text harmless.
    """
    names = element_names(html, void_tags, empty_tags)
    body = None if names is None else _body(html)
    if names is None or body is None:
        return False
    return names == list(_elements(body))


def _elements(body: LexborNode) -> Iterator[str]:
    """Yield the tree's elements in order, as depth and name."""
    depths = {body.mem_id: -1}
    for node in body.traverse():
        if node.tag and node.mem_id != body.mem_id:
            parent = node.parent
            assert parent is not None
            depth = depths[node.mem_id] = depths[parent.mem_id] + 1
            yield f"{depth} {node.tag.lower()}"


def is_self_contained(html: str) -> bool:
    """Whether sentinel texts before and after *html* both stay at the top level of the page."""
    body = _body(html, *_SENTINELS)
    if body is None:
        return False
    first, last = body.first_child, body.last_child
    return (
        first is not None
        and last is not None
        and _text(first).startswith(_SENTINELS[0])
        and _text(last).endswith(_SENTINELS[1])
    )


def same_dom(one: str, other: str) -> bool:
    """Whether both parse to the same tree, the white space around attribute values aside."""
    if one == other:
        return True
    left, right = _body(one), _body(other)
    if left is None or right is None:
        return False
    return left.html == right.html or _flat(left) == _flat(right)


def frame_sources(html: str) -> list[str | None]:
    """List the src of every iframe, None for one without."""
    body = _body(html)
    return [] if body is None else [node.attributes.get("src") for node in body.css("iframe")]


def _body(html: str, before: str = "", after: str = "") -> LexborNode | None:
    """Parse as a page; None when the fragment reaches out of the body."""
    page = LexborHTMLParser(_DOCUMENT.format(before, html, after))
    body = page.body
    if body is None or body.attributes or page.root is None or page.root.attributes:
        return None
    return body


def _text(node: LexborNode) -> str:
    return (node.text_content or "") if node.is_text_node else ""


def _flat(body: LexborNode) -> list[object]:
    """List the tree's nodes in document order, with an end mark for each element."""
    flat: list[object] = []
    todo: list[LexborNode | None] = [body]
    while todo:
        node = todo.pop()
        if node is None:
            flat.append(None)
        elif node.is_text_node:
            flat.append(node.text_content)
        else:
            attributes = sorted((k, trimmed(v or "")) for k, v in node.attributes.items())
            flat.append((node.tag, attributes, node.comment_content))
            todo.append(None)
            todo.extend(reversed(list(node.iter(include_text=True, skip_empty=False))))
    return flat
