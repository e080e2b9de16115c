"""The one reader of tokens, which lie in files of their own."""

from __future__ import annotations

import re
from pathlib import Path

from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.storage.regular_file import read_private

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")
_MOST_BYTES = 1024


def token_in(path: Path, hint: str) -> str:
    """Return the token in a file.

    Args:
        path: The file, which nobody but its owner may read.
        hint: How to get a token, where it holds none.

    Raises:
        UsageError: when others can read the file, or it holds no token.
        DocumentUnreadable: when it cannot be read.
    """
    try:
        content = read_private(path, most=_MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if content is None:
        raise UsageError(f"{path}: other users can read the token", f"chmod 600 {path}")
    text = content.decode("utf-8", "replace").strip()
    if not _TOKEN.fullmatch(text):
        raise UsageError(f"{path} holds no token of 16 to 512 letters and digits", hint)
    return text
