"""Put a sanitised fragment's attributes back into the order in which they were written.

The sanitiser fills the gap of a dropped attribute with the last one; browsers leave the others where
they are. Nothing but the order is touched.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_TAG = re.compile(r'<([A-Za-z][^\s<>"/]*)((?: [^\s<>"=]+="[^"]*")+)>')
_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
"""HTML knows no other letters in two cases."""
_ATTRIBUTE = re.compile(r' ([^\s<>"=]+)="[^"]*"')


def in_source_order(clean: str, source: str) -> str:
    """Return *clean*, a serialisation, with attributes in the order that *source* has them in."""
    if not any(len(_ATTRIBUTE.findall(tag[2])) > 1 for tag in _TAG.finditer(clean)):
        return clean
    elements = _elements(source)
    at = 0

    def reordered(tag: re.Match[str]) -> str:
        nonlocal at
        attributes = {found[1].translate(_LOWER): found[0] for found in _ATTRIBUTE.finditer(tag[2])}
        for index in range(at, len(elements)):
            name, order = elements[index]
            if name == tag[1].lower() and attributes.keys() <= order.keys():
                at = index + 1
                return f"<{tag[1]}{''.join(attributes[key] for key in order if key in attributes)}>"
        return tag[0]

    return _TAG.sub(reordered, clean)


def _elements(source: str) -> list[tuple[str, dict[str, None]]]:
    """List the elements in document order: their name, and the names of their attributes."""
    root = LexborHTMLParser(source).root
    if root is None:
        return []
    return [
        (node.tag.lower(), dict.fromkeys(name.translate(_LOWER) for name in node.attributes))
        for node in root.traverse()
        if node.tag
    ]
