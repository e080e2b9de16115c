"""Call one macro once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.commands.session import Session
from pybridge.engines.protocol import JsonObject
from pybridge.errors import CallInvalid, DocumentUnreadable, InputTooLarge, UsageError
from pybridge.project.site_data import shared_data
from pybridge.project.text import decode_text, read_text


def read_context(path: Path, limit: int) -> Any:
    """Return the JSON in a file.

    Raises:
        UsageError: when *path* is the JSON itself.
        PybridgeError: when the file cannot be read, or is not JSON.
    """
    try:
        text = read_text(path, limit=limit)
    except DocumentUnreadable:
        if str(path).lstrip()[:1] not in {"{", "["}:
            raise
        words = "--context takes the name of a file, or - for stdin, not the JSON itself"
        raise UsageError(words) from None
    return abi.parse_json(text, str(path))


def parse_context(raw: bytes, source: str, limit: int) -> Any:
    """Return the JSON in *raw*; *source* names where it came from.

    Raises:
        PybridgeError: when it is too large, or no JSON.
    """
    if len(raw) > limit:
        raise InputTooLarge(source, len(raw), limit)
    return abi.parse_json(decode_text(raw, Path(source)), source)


def call(session: Session, name: str, context: Any) -> JsonObject:
    """Return the outcome of calling the script *name* with a context that may be partial.

    Raises:
        CallInvalid: when the context breaks the schema; says all that is wrong.
    """
    data = shared_data(session.project, [], limit=session.limits.input_bytes)
    whole = complete_call(name, context, env=session.env(), data=data)
    return session.engine.render_calls([whole])[0]


def complete_call(
    name: str, context: Any, *, env: Mapping[str, Any], data: Mapping[str, Any]
) -> JsonObject:
    """Return call.v1: *name* selects the script, and the context's missing fields get defaults.

    Raises:
        AbiMismatch: when the context is for another version of the ABI.
        CallInvalid: when it breaks the schema.
    """
    if not isinstance(context, dict):
        raise CallInvalid("call", [abi.Problem("", "the context must be an object")])
    given_macro, given_env = context.get("macro", {}), context.get("env", {})
    whole: JsonObject = {
        "abi": abi.ABI_VERSION,
        "params": {},
        "body": None,
        "post": None,
        "data": dict(data),
        **context,
        "macro": {**given_macro, "name": name} if isinstance(given_macro, dict) else given_macro,
        "env": {**env, **given_env} if isinstance(given_env, dict) else given_env,
    }
    abi.require("call", whole)
    return whole
