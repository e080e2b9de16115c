"""The token of a server over HTTP, in a file of its own."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from pybridge.errors import DocumentUnreadable, OutputFailed, UsageError
from pybridge.storage.regular_file import read_regular

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")


def read_token(path: Path) -> str:
    """Return the token in a file; where there is none, make one that only this user can read.

    Raises:
        UsageError: when others can read the file, or it holds no token.
        DocumentUnreadable: when it cannot be read.
        OutputFailed: when it cannot be made.
    """
    if not path.exists():
        return _made(path)
    try:
        raw, _ = read_regular(path, root=None, most=1024)
        mode = path.stat().st_mode
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path}: other users can read the token", f"chmod 600 {path}")
    text = raw.decode("utf-8", "replace").strip()
    if not _TOKEN.fullmatch(text):
        hint = "remove the file; one with a new token is made"
        raise UsageError(f"{path} holds no token of 16 to 512 letters and digits", hint)
    return text


def _made(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
    except OSError as error:
        raise OutputFailed(path, error) from error
    return token
