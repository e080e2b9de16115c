"""The value of a YAML scalar by the core schema of YAML 1.2; dates are ISO texts.

`no`, `on`, `12:30:45`, `1_000` and `0b1` are texts, `01234` is 1234, `0o14` is 12. Beyond the schema, what
looks like a date is checked and written in one form, as `plain_date` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from pybridge.formats.plain_values import MOST_DIGITS, NUMBER_TOO_LONG, plain_date, plain_number

Scalar = None | bool | int | float | str

_TAG = "tag:yaml.org,2002:"
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?"
    r"(?:[ \t]*(Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?"
)
_MAY_BE_SPECIAL = frozenset("-+.0123456789~ntfNTF")
_LONGEST_WORD = 5


class BadScalar(ValueError):
    """The text is not what its tag or its form says."""


def resolve(text: str, tag: str | None, *, is_plain: bool) -> Scalar:
    """Return the value of a scalar.

    Args:
        text: Its content, escapes and folding resolved.
        tag: Its whole tag; None without one.
        is_plain: Written without quotes, not as a block.

    Raises:
        BadScalar: when the tag is unknown, the text is not what it names, or a number is too long.
        ValueError: when it looks like a date, and there is no such day or time.
        OverflowError: when an instant is in no year of UTC.
    """
    if tag is None:
        return _plain(text) if is_plain else text
    if tag in ("!", f"{_TAG}str"):
        return text
    read = _BY_TAG.get(tag)
    if read is None:
        raise BadScalar(f"the tag {_shown(tag)} is not allowed")
    return read(text)


def check_tag(tag: str | None, kind: str) -> None:
    """Raise `BadScalar` unless *tag* is that of a collection, `seq` or `map`."""
    if tag not in (None, "!", f"{_TAG}{kind}"):
        raise BadScalar(f"the tag {_shown(tag)} is not allowed")


def _plain(text: str) -> Scalar:
    if not text or text[0] in _MAY_BE_SPECIAL:
        if len(text) <= _LONGEST_WORD and text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return _integer(text)
        if _FLOAT.fullmatch(text):
            return _float(text)
        if text[:1].isdigit() and (_DATE.fullmatch(text) or _INSTANT.fullmatch(text)):
            return _timestamp(text)
    return text


def _integer(text: str) -> Scalar:
    if not _INTEGER.fullmatch(text):
        raise BadScalar(f"{_shown(text)} is not an integer")
    if len(text) > MOST_DIGITS:
        raise BadScalar(NUMBER_TOO_LONG)
    bases = {"0o": 8, "0x": 16}
    return plain_number(int(text, bases.get(text[:2], 10)))


def _float(text: str) -> Scalar:
    if not _FLOAT.fullmatch(text):
        raise BadScalar(f"{_shown(text)} is not a number")
    if len(text) > MOST_DIGITS:
        raise BadScalar(NUMBER_TOO_LONG)
    return None if text.lstrip("+-.")[:1].isalpha() else plain_number(float(text))


def _word(kind: str) -> Callable[[str], Scalar]:
    known = {text: value for text, value in _WORDS.items() if (value is None) == (kind == "null")}

    def read(text: str) -> Scalar:
        if text not in known:
            raise BadScalar(f"{_shown(text)} is not a {kind}")
        return known[text]

    return read


def _timestamp(text: str) -> str:
    day = _DATE.fullmatch(text)
    if day:
        return plain_date(date(*map(int, day.groups())))
    found = _INSTANT.fullmatch(text)
    if not found:
        raise BadScalar(f"{_shown(text)} is not a date")
    *numbers, fraction, zone, sign, hours, minutes = found.groups()
    year, month, day_, hour, minute, second = map(int, numbers)
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    where = timezone(-offset if sign == "-" else offset) if zone and hours else UTC
    return plain_date(datetime(year, month, day_, hour, minute, second, microsecond, where))


def _shown(text: str | None) -> str:
    """Return a text of others for a message, shortened."""
    text = (text or "").replace(_TAG, "!!")
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


_BY_TAG: Mapping[str, Callable[[str], Scalar]] = {
    f"{_TAG}int": _integer,
    f"{_TAG}float": _float,
    f"{_TAG}bool": _word("bool"),
    f"{_TAG}null": _word("null"),
    f"{_TAG}timestamp": _timestamp,
}
