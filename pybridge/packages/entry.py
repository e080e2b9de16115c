"""An entry of a lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LockEntry:
    """A pure wheel, as `packages` of a pyodide-lock.json has it."""

    name: str
    """Normalised, as the version is."""
    version: str
    file_name: str
    sha256: str
    imports: tuple[str, ...]
    """Names of its modules and packages at the top, also of namespaces that it shares with others."""
    depends: tuple[str, ...]
    """Normalised names."""

    def to_json(self) -> dict[str, Any]:
        """Return it as Pyodide reads it."""
        return {
            "name": self.name,
            "version": self.version,
            "file_name": self.file_name,
            "install_dir": "site",
            "sha256": self.sha256,
            "package_type": "package",
            "imports": list(self.imports),
            "depends": list(self.depends),
            "unvendored_tests": False,
        }
