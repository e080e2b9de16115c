"""The token of a server over HTTP, in a file of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pybridge.errors import OutputFailed
from pybridge.storage.token_file import token_in


def read_token(path: Path) -> str:
    """Return the token in a file; where there is none, make one that only this user can read.

    Raises:
        UsageError: when others can read the file, or it holds no token.
        DocumentUnreadable: when it cannot be read.
        OutputFailed: when it cannot be made.
    """
    if not path.exists():
        return _made(path)
    return token_in(path, "remove the file; one with a new token is made")


def _made(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
    except OSError as error:
        raise OutputFailed(path, error) from error
    return token
