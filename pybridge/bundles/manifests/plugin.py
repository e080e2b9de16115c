"""plugin.json: what a bundle is, which workers it has, and the hash of each of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge import abi
from pybridge.bundles.archive.names import require_names
from pybridge.bundles.manifests.canonical import ascii_json, read_ascii_json
from pybridge.bundles.refusals import Refused

MANIFEST = "plugin.json"
SIGNATURE = "plugin.sig"


@dataclass(frozen=True)
class PluginManifest:
    """A bundle.v1 that is valid."""

    value: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Which bundle it is."""
        return str(self.value["id"])

    @property
    def version(self) -> str:
        """Its semantic version."""
        return str(self.value["version"])

    @property
    def min_host_version(self) -> str | None:
        """The oldest version of the host that takes it."""
        return self.value.get("min_host_version")

    @property
    def workers(self) -> Sequence[Mapping[str, Any]]:
        """The programs that a host starts."""
        return list(self.value.get("workers", ()))

    @property
    def hashes(self) -> Mapping[str, str]:
        """SHA-256 of each file in hexadecimal digits, by name."""
        return dict(self.value["sha256"])

    @property
    def platforms(self) -> list[str]:
        """The platforms that every worker has a program for; empty for a bundle without workers."""
        found = [set(worker["entrypoint"]) for worker in self.workers]
        return sorted(set.intersection(*found)) if found else []

    @property
    def executables(self) -> set[str]:
        """The files that are installed as programs."""
        programs = (path for each in self.workers for path in each["entrypoint"].values())
        return {*programs, *self.value.get("executables", ())}

    def to_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        return ascii_json(self.value)


def read_plugin(content: bytes) -> PluginManifest:
    """Return the manifest in *content*, which was signed.

    Raises:
        Refused: when it is not a valid bundle.v1 in its one form.
    """
    value = read_ascii_json(content, MANIFEST)
    problems = abi.validate("bundle", value)
    if problems:
        raise Refused("manifest-schema", f"{MANIFEST}: {'; '.join(map(str, problems))}")
    manifest = PluginManifest(value)
    problem = next(file_problems(manifest), None)
    if problem:
        raise Refused("manifest-files", f"{MANIFEST}: {problem}")
    return manifest


def file_problems(manifest: PluginManifest) -> Iterator[str]:
    """Yield what is wrong with the files that a manifest names."""
    files = manifest.hashes
    require_names([MANIFEST, SIGNATURE, *files])
    for worker in manifest.workers:
        for platform, path in worker["entrypoint"].items():
            if path not in files:
                yield f"missing entrypoint for worker {worker['id']} platform {platform}"
    for path in manifest.value.get("resources", ()):
        if path not in files:
            yield f"resource path missing from payloads: {path}"
    for path in manifest.value.get("executables", ()):
        if path not in files:
            yield f"executable missing from payloads: {path}"
    ids = [worker["id"] for worker in manifest.workers]
    if len(set(ids)) != len(ids):
        yield "two workers with one id"
