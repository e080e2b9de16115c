"""Text of others as values: YAML, TOML and JSON, each read within bounds that are checked before and while."""

from __future__ import annotations

from pybridge.formats.bounds import Bounds, Unreadable
from pybridge.formats.toml_text import read_toml, read_toml_as_json
from pybridge.formats.yaml_text import read_yaml

__all__ = ["Bounds", "Unreadable", "read_toml", "read_toml_as_json", "read_yaml"]
