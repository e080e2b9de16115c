"""The layers that stop attacks, and the fingerprints by which a change of one is noticed."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from e2e.attacks.corpus import FOLDER, Payload

ROOT = Path(__file__).parents[2]
RECORDED = Path(__file__).with_name("fingerprints.json")
"""Committed: what the layers and payloads were at the last full run."""

Fingerprints = Mapping[str, str]
"""By name: `layer guard`, `class J01`."""


@dataclass(frozen=True)
class Layer:
    """Source files that stop some of the attacks."""

    name: str
    files: tuple[str, ...]
    """Glob patterns below the root of the repository."""
    attacks: tuple[str, ...]
    """Starts of payload names."""
    grounds: tuple[str, ...]

    def is_tried_by(self, payload: Payload, ground: str) -> bool:
        """Return whether *payload*, on *ground*, gets as far as this layer."""
        return ground in self.grounds and payload.name.startswith(self.attacks)

    def paths(self) -> Iterator[Path]:
        """Yield the files that exist."""
        for pattern in self.files:
            found = ROOT.glob(pattern + "/*" if pattern.endswith("**") else pattern)
            yield from (path for path in found if path.is_file() and path.suffix != ".pyc")


def layers() -> list[Layer]:
    """Return the layers of layers.toml."""
    table = tomllib.loads(Path(__file__).with_name("layers.toml").read_text("utf-8"))
    return [
        Layer(name, **{field: tuple(value) for field, value in fields.items()})
        for name, fields in table.items()
    ]


def fingerprints() -> dict[str, str]:
    """Return the fingerprint of each layer and of each class of payloads, now."""
    found = {f"layer {layer.name}": _fingerprint(layer.paths()) for layer in layers()}
    files = sorted(FOLDER.glob("*.py"))
    for name, members in groupby(files, key=lambda path: path.stem.partition("_")[0]):
        found[f"class {name}"] = _fingerprint(members)
    return found


def recorded() -> dict[str, str]:
    """Return the fingerprints of the last full run; empty if there was none."""
    return dict(json.loads(RECORDED.read_text("utf-8"))) if RECORDED.is_file() else {}


def write_recorded(found: Fingerprints) -> None:
    """Say that the whole corpus held with these layers."""
    RECORDED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")


def digest(found: Fingerprints) -> str:
    """Return one fingerprint for all."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def _fingerprint(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
