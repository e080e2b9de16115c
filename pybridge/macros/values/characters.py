"""The characters that count as space and as word, the same as in JavaScript."""

from __future__ import annotations

SPACE_CLASS = (
    "\\t\\n\\x0b\\x0c\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
)
"""The inside of a regular expression's character class: JavaScript's `\\s`."""
SPACES = frozenset(
    "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
WORD_CLASS = "A-Za-z0-9_"
"""The inside of a character class: JavaScript's `\\w`, ASCII only."""
INVISIBLE_CLASS = (
    "\\xad\\u034f\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff"
)
"""The inside of a character class: what takes no room in a line and is copied with a text by accident."""
