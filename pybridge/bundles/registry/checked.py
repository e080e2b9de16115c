"""What an archive is, by the signed manifest in it."""

from __future__ import annotations

from pybridge.bundles.archive.files import ArchiveFiles
from pybridge.bundles.keys.trusted import Trust
from pybridge.bundles.manifests.plugin import PluginManifest
from pybridge.bundles.registry.releases import ANY_PLATFORM, Release
from pybridge.bundles.verification import Host, verify

_ANY_HOST = Host(None, None)


def checked_release(content: bytes, known: Trust) -> tuple[Release, str]:
    """Return the release that an archive is, and the id of the key that signed it.

    Raises:
        Refused: when a rule is broken, or no key of *known* signed it.
    """
    verified = verify(ArchiveFiles(content), known, _ANY_HOST)
    manifest = verified.manifest
    platforms = manifest.platforms if isinstance(manifest, PluginManifest) else []
    platform = platforms[0] if len(platforms) == 1 else ANY_PLATFORM
    return Release(manifest.id, manifest.version, platform, content), verified.signer.key.id
