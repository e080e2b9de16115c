"""Make text safe for a terminal: characters that would control it are shown, not sent.

Names, messages and output of scripts come from people and sandboxes that are not trusted with the
terminal: an escape sequence can set its title, read or write the clipboard (OSC 52), hide or reorder text.
"""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SEPARATORS = "\u2028\u2029"
_CONTROLS = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}{_SEPARATORS}\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""Return *text* with control characters as `\x1b`, `\u202e`; line ends and tabs stay."""
    return _CONTROLS.sub(_escaped, text.replace("\r\n", "\n"))


def visible_line(text: str) -> str:
    """Return *text* as `visible` does, on one line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
