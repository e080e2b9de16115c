"""Files in the arguments of a tool."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from pybridge.errors import UsageError
from pybridge.mcp.kept import KeptOutputs
from pybridge.mcp.runs.request import INPUT_DIR
from pybridge.processes.guest_paths import path_problem


def input_files(given: Mapping[str, Any], kept: KeptOutputs) -> dict[str, bytes]:
    """Return the files by their absolute path in the sandbox.

    Raises:
        UsageError: when a path leads elsewhere, or a content is not base64.
        Gone: when an earlier output is not kept any more.
    """
    found = {}
    for name, content in given.items():
        path = f"{INPUT_DIR}/{name}"
        if problem := path_problem(path):
            raise UsageError(
                f"files: {problem}", 'name files by a relative path, such as "data.csv"'
            )
        found[path] = _content(name, content, kept)
    return found


def _content(name: str, content: Any, kept: KeptOutputs) -> bytes:
    if isinstance(content, str):
        return content.encode("utf-8")
    if "uri" in content:
        return kept.whole(content["uri"])
    try:
        return base64.b64decode(content["base64"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError(f"files: {name[:80]!r} is not base64") from error
