"""Compare fragments as a parser reads them: lexbor, which the product does not use."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pybridge.html.text import trimmed

_SENTINELS = ("\u2060pb-start\u2060", "\u2060pb-end\u2060")
_DOCUMENT = "<!DOCTYPE html><html><head></head><body>{}{}{}</body></html>"


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
