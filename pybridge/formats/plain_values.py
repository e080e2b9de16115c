"""Values of other languages as JSON's: dates as ISO texts, numbers that JSON has."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time
from typing import Any

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


def plain_number(value: float) -> int | float | None:
    """Return a number; None for one that is not finite."""
    return value if isinstance(value, int) or math.isfinite(value) else None


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
