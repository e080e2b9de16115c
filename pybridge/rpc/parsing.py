"""A message from its bytes, with bounds on what it becomes in memory."""

from __future__ import annotations

from typing import Any

from pybridge import abi
from pybridge.errors import JsonUnreadable, PybridgeError
from pybridge.formats.json_text import MOST_VALUES
from pybridge.rpc import messages
from pybridge.rpc.errors import MessageTooLarge
from pybridge.rpc.messages import Message


def parse_message(raw: bytes, limit: int) -> Any:
    """Return the JSON value of a message.

    Args:
        raw: Its bytes.
        limit: The largest number of bytes, for the error's text.

    Raises:
        MessageTooLarge: when it has more than `MOST_VALUES` lists and objects.
        JsonUnreadable: when it is not JSON, or not UTF-8.
    """
    if raw.count(b"{") + raw.count(b"[") > MOST_VALUES:
        raise MessageTooLarge(limit)
    try:
        # The id of a request is sent back as it came, however large it is.
        return abi.parse_json(raw.decode("utf-8"), "message", keep_integers=True)
    except UnicodeDecodeError as error:
        raise JsonUnreadable("message", 1, error.start + 1, "not valid UTF-8") from error


def unreadable(error: PybridgeError) -> Message:
    """Return the answer to a message that `parse_message` refused."""
    number = None if isinstance(error, MessageTooLarge) else messages.NOT_JSON
    return messages.failure(None, error, number)
