"""Which versions of a bundle are installed: one small file, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.bundles.versions import version_key
from pybridge.errors import Conflict, DocumentUnreadable, JsonUnreadable
from pybridge.storage.atomic import Step, write_atomically
from pybridge.storage.regular_file import read_regular

FILE = "state.json"
_MOST_BYTES = 1024 * 1024


class StateDamaged(Conflict):
    """The file that says what is installed cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        hint = "`pybridge uninstall --forget` removes the bundle and this file"
        super().__init__(f"{path}: {problem}", hint)


@dataclass(frozen=True)
class Version:
    """A version that is installed."""

    folder: str
    """Name of its folder, beside the file."""
    key_id: str
    digest: str
    """SHA-256 of what was signed."""


@dataclass(frozen=True)
class State:
    """The installed versions of a bundle, and what must not be forgotten when they are gone."""

    id: str
    current: str | None
    newest: str
    """The newest version that was ever installed: an older one is a downgrade."""
    key_id: str
    """Who signed the version in use, or the last one: another key is another publisher."""
    versions: Mapping[str, Version] = field(default_factory=dict)

    @property
    def ordered(self) -> list[str]:
        """The installed versions, oldest first."""
        return sorted(self.versions, key=version_key)

    def to_json(self) -> dict[str, Any]:
        """Return it as bundle-state.v1."""
        versions = {
            version: {"folder": each.folder, "keyId": each.key_id, "digest": each.digest}
            for version, each in self.versions.items()
        }
        return {
            "v": 1,
            "id": self.id,
            "current": self.current,
            "newest": self.newest,
            "keyId": self.key_id,
            "versions": versions,
        }


def read_state(folder: Path) -> State | None:
    """Return the state in a bundle's folder; None where nothing was ever installed.

    Raises:
        StateDamaged: when it cannot be read.
    """
    path = folder / FILE
    try:
        content, _ = read_regular(path, root=folder, most=_MOST_BYTES)
        value = abi.parse_json(content.decode("utf-8"), str(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StateDamaged(path, DocumentUnreadable.of(path, error).what()) from error
    except (UnicodeDecodeError, JsonUnreadable) as error:
        raise StateDamaged(path, "not JSON") from error
    problems = abi.validate("bundle-state", value)
    if problems:
        raise StateDamaged(path, "; ".join(map(str, problems)))
    return _state(path, value)


def write_state(folder: Path, state: State, step: Step) -> None:
    """Replace the state of a bundle: from then on the new one holds.

    Raises:
        OutputFailed: when it cannot be written; the former one holds.
    """
    text = abi.dump_json(state.to_json(), indent=2) + "\n"
    write_atomically(folder / FILE, text.encode("utf-8"), root=folder, mode=0o600, step=step)


def _state(path: Path, value: Any) -> State:
    versions = {
        version: Version(each["folder"], each["keyId"], each["digest"])
        for version, each in value["versions"].items()
    }
    current = value["current"]
    if value["id"] != path.parent.name or (current is not None and current not in versions):
        raise StateDamaged(path, "contradicts itself")
    return State(value["id"], current, value["newest"], value["keyId"], versions)
