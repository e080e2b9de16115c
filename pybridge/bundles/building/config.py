"""The configuration that a bundle is built from, in JSON or TOML."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.errors import DocumentUnreadable, PybridgeError, UsageError
from pybridge.formats.bounds import Bounds, Unreadable
from pybridge.formats.toml_text import read_toml_as_json
from pybridge.storage.regular_file import read_regular

_BOUNDS = Bounds(characters=1024 * 1024, depth=32, values=100_000)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
RUNTIME_SOURCE = "runtime:"


@dataclass(eq=False)
class ConfigInvalid(PybridgeError):
    """A configuration breaks its schema, or contradicts itself."""

    path: Path
    problems: tuple[str, ...]
    code = "schema"
    hint = "docs/bundles.md describes the configuration"

    def what(self) -> str:
        """Name the file and all problems."""
        return f"{self.path}: {'; '.join(self.problems)}"


@dataclass(frozen=True)
class Config:
    """A configuration that is valid."""

    path: Path
    value: Mapping[str, Any]
    is_runtime: bool
    """Whether it describes a runtime, by `assets` and `commands`."""


def read_config(path: Path) -> Config:
    """Return the configuration in a file.

    Raises:
        DocumentUnreadable: when it cannot be read.
        ConfigInvalid: when it is not valid.
        JsonUnreadable: when it is not JSON.
    """
    text = _text(path)
    value = _toml(path, text) if path.suffix == ".toml" else abi.parse_json(text, str(path))
    is_runtime = isinstance(value, dict) and ("assets" in value or "commands" in value)
    part = "bundle-config/runtime" if is_runtime else "bundle-config"
    problems = abi.validate(part, value)
    if problems:
        raise ConfigInvalid(path, tuple(map(str, problems)))
    return Config(path, value, is_runtime)


def of_variant(config: Config, variant: str | None) -> Mapping[str, Any]:
    """Return the fields of a variant: its own in place of those of the same name, its payloads in addition.

    Raises:
        UsageError: when there is no such variant.
    """
    value = {name: each for name, each in config.value.items() if name != "variants"}
    if variant is None:
        return value
    variants = config.value.get("variants", {})
    if variant not in variants:
        known = ", ".join(sorted(variants)) or "none"
        raise UsageError(f"no variant {variant!r}", f"{config.path} has: {known}")
    changes = dict(variants[variant])
    payloads = [*value["payloads"], *changes.pop("payloads", [])]
    return {**value, **changes, "payloads": payloads}


def source_path(config: Config, source: str) -> Path:
    """Return where a source is: variables replaced, relative to the configuration.

    Raises:
        ConfigInvalid: when a variable is not set.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in os.environ:
            raise ConfigInvalid(config.path, (f"{source}: the variable {name} is not set",))
        return os.environ[name]

    return config.path.parent / _VARIABLE.sub(value, source)


def _text(path: Path) -> str:
    try:
        content, _ = read_regular(path, root=None, most=4 * _BOUNDS.characters)
        return content.decode("utf-8")
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    except UnicodeDecodeError as error:
        raise ConfigInvalid(path, ("not UTF-8",)) from error


def _toml(path: Path, text: str) -> Any:
    try:
        return read_toml_as_json(text, _BOUNDS)
    except Unreadable as error:
        place = f"line {error.line}, column {error.column}"
        raise ConfigInvalid(path, (f"{place}: {error.problem}",)) from error
