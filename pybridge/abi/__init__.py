"""The ABI: schemas, validation, the few typed values, and the names on the wire."""

from __future__ import annotations

from pybridge.abi.naming import to_camel, to_snake
from pybridge.abi.schemas import ABI_VERSION, all_schemas, error_codes
from pybridge.abi.validation import require, require_version, validate, validate_against
from pybridge.abi.values import ErrorValue, Frame, Position, Problem
from pybridge.formats.json_text import dump_json, parse_json

__all__ = [
    "ABI_VERSION",
    "ErrorValue",
    "Frame",
    "Position",
    "Problem",
    "all_schemas",
    "dump_json",
    "error_codes",
    "parse_json",
    "require",
    "require_version",
    "to_camel",
    "to_snake",
    "validate",
    "validate_against",
]
