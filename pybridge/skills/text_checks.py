"""What a text of a skill hides, or tells an assistant to do. These are signs, not proof; a text without any can still mislead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from pybridge.skills.findings import Finding, Severity

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN_CATEGORIES = ("Cf", "Co", "Cs", "Cn")
_SELECTORS = range(0xFE00, 0xFE10)
_MOST_OF_A_RULE = 5

_PATTERNS: Mapping[str, tuple[Severity, str, re.Pattern[str]]] = {
    "fetch-and-run": ("warn", "downloads something and runs it", re.compile(
        r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n|]{0,300}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\biex\b|invoke-expression"
        r"|\b(?:ba|z)?sh\s+(?:-c\s+)?[\"']?[<$]\(\s*(?:curl|wget)", re.I)),
    "decode": ("warn", "decodes hidden text", re.compile(r"\bbase64\s+(?:-d|-D|--decode)\b|\bfrombase64string\b|\bxxd\s+-r\b", re.I)),
    "install": ("warn", "installs packages or programs", re.compile(
        r"\b(?:pip3?|uv|npm|pnpm|yarn|brew|apt(?:-get)?|cargo|gem|go)\s+(?:pip\s+)?(?:install|add|get|i)\b", re.I)),
    "credentials": ("warn", "names where keys and passwords are", re.compile(
        r"~?/?\.ssh\b|\bid_(?:rsa|ed25519)\b|(?<![\w.])\.env\b|\.aws/credentials|\bkeychains?\b|\.netrc\b|\bpasswords?\.(?:txt|db)\b|login\.keychain", re.I)),
    "override": ("warn", "tells an assistant to ignore or to hide something", re.compile(
        r"\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:the\s+)?(?:previous|prior|above|earlier)\b"
        r"|\b(?:do\s+not|don't|never)\s+(?:tell|mention|inform|show|reveal)[^\n.]{0,40}\buser\b", re.I)),
    "locked-archive": ("warn", "asks for an archive with a password", re.compile(
        r"\b(?:unzip|7z|7za|unrar)\b[^\n]{0,80}\s-[pP]\s?\S|\barchive\b[^\n]{0,60}\bpassword\b|\bpassword[- ]protected\b", re.I)),
    "paste-host": ("warn", "links a site where anybody can paste text", re.compile(
        r"\b(?:glot\.io|pastebin\.com|paste\.ee|hastebin\.com|rentry\.co|transfer\.sh|gist\.githubusercontent\.com)\b", re.I)),
    "blob": ("warn", "holds a long encoded text", re.compile(r"[A-Za-z0-9+/]{200,}={0,2}|(?:[0-9a-fA-F]{2}){100,}")),
    "data-uri": ("warn", "holds data in an address", re.compile(r"\bdata:[\w./+-]{0,60};base64,", re.I)),
    "html-comment": ("warn", "holds an HTML comment, which rendered text does not show", re.compile(r"<!--")),
    "remote-image": ("warn", "loads an image from elsewhere when it is rendered", re.compile(r"!\[[^\]\n]{0,200}\]\(\s*https?://|<img\b[^>\n]{0,200}\bsrc\s*=", re.I)),
    "url": ("note", "links another site", re.compile(r"\bhttps?://([^\s/\"'<>()\]`]{1,253})", re.I)),
}  # fmt: skip


def text_findings(path: str, text: str) -> list[Finding]:
    """Return what a file holds that should be seen before it is used."""
    found = list(_hidden(path, text))
    for rule, (severity, message, pattern) in _PATTERNS.items():
        for count, match in enumerate(pattern.finditer(text)):
            if count >= _MOST_OF_A_RULE:
                break
            shown = f": {match[1]}" if pattern.groups and match[1] else ""
            found.append(
                Finding(severity, rule, f"{message}{shown}", path, _line(text, match.start()))
            )
    return found


def name_findings(path: str) -> Iterator[Finding]:
    """Yield what is wrong with the name of a file."""
    if unicodedata.normalize("NFC", path) != path:
        yield Finding("refuse", "name", "the name is not in Unicode's normal form C", path)
    if any(_is_hidden(letter) or unicodedata.category(letter) == "Cc" for letter in path):
        yield Finding("refuse", "name", "the name holds characters that are not shown", path)
    if any(part.startswith(".") for part in path.split("/")):
        yield Finding("warn", "hidden-file", "the name begins with a dot", path)


def _hidden(path: str, text: str) -> Iterator[Finding]:
    """Yield characters that people do not see, and assistants read."""
    lines: dict[str, int] = {}
    for offset, letter in enumerate(text):
        if letter.isascii() or not (_is_hidden(letter) or ord(letter) in _SELECTORS):
            continue
        if ord(letter) in _SELECTORS and not _is_selector_run(text, offset):
            continue
        kind = "bidi-control" if letter in _BIDI else "hidden-text"
        lines.setdefault(kind, _line(text, offset))
    for kind, line in lines.items():
        what = (
            "characters that change the order of the text"
            if kind == "bidi-control"
            else "characters that are not shown"
        )
        yield Finding("refuse", kind, f"holds {what}", path, line)


def _is_hidden(letter: str) -> bool:
    if letter in ("\u200d", "\ufeff"):  # joins emoji; begins a file
        return False
    return unicodedata.category(letter) in _HIDDEN_CATEGORIES


def _is_selector_run(text: str, offset: int) -> bool:
    return offset > 0 and ord(text[offset - 1]) in _SELECTORS


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
