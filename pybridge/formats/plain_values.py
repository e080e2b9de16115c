"""Values of other languages as JSON's: dates as ISO texts, numbers that JSON has."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time
from typing import Any

LARGEST_INTEGER = 2**53 - 1
"""What JavaScript holds exactly."""
MOST_DIGITS = 250
"""Characters of a number. Converting longer ones takes time out of proportion, and no float is as large."""
NUMBER_TOO_LONG = f"a number of more than {MOST_DIGITS} characters; write it as a text, in quotes"


def plain_date(value: date | time) -> str:
    """Return a date, a time, or an instant as ISO 8601 text.

    An instant is in UTC with milliseconds; without a time zone it counts as UTC.

    Raises:
        OverflowError: when the instant is in no year from 1 to 9999 in UTC.
    """
    if not isinstance(value, datetime):
        return value.isoformat()
    utc = value.astimezone(UTC) if value.tzinfo else value
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def plain_number(value: float) -> int | float | str | None:
    """Return a number as it is the same in every language that reads JSON.

    A whole number is an integer, also when it was written as `4.0`. One beyond 2^53-1 would lose digits in
    JavaScript: it is the text of its digits. None stands for what is not finite.
    """
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_INTEGER else str(value)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= LARGEST_INTEGER else value


def plain_value(value: object) -> Any:
    """Return a value that `read_toml` returned with JSON's types only.

    Raises:
        OverflowError: for an instant that is in no year of UTC.
    """
    match value:
        case bool() | str():
            return value
        case int() | float():
            return plain_number(value)
        case date() | time():
            return plain_date(value)
        case list():
            return [plain_value(item) for item in value]
        case dict():
            return {key: plain_value(item) for key, item in value.items()}
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")
