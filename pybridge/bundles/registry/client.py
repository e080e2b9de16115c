"""Look into a registry, as a client that remembers what it saw: nothing older, nothing expired, nothing mixed."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.bundles.archive import layout
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.releases import STABLE, Releases, read_releases, releases_path
from pybridge.bundles.registry.roles import require_packages
from pybridge.errors import PybridgeError, UsageError

if TYPE_CHECKING:
    from tuf.ngclient import Updater

_SCHEMES = ("https://", "http://")
_NO_ROOT = "trust the registry's root first: pybridge keys trust root.json"
_EXPIRED = "ask who runs it to refresh it; check the clock of this machine"


@dataclass(eq=False)
class RegistryUnreachable(PybridgeError):
    """A registry does not answer, or not with a file."""

    url: str
    detail: str
    code = "io"
    hint = "nothing was changed; check the address, and try again later"

    def what(self) -> str:
        """Name the registry."""
        return f"{self.url}: not reachable: {self.detail}"


@dataclass(frozen=True)
class RegistryClient:
    """A registry whose metadata was verified, all of one moment."""

    url: str
    updater: Updater

    def releases(self, bundle: str, channel: str = STABLE) -> Releases | None:
        """Return the versions of a bundle in a channel; None where there are none.

        Raises:
            Refused: when they are not what was signed, or those of another channel.
            RegistryUnreachable: when the registry does not answer.
        """
        content = self.content(releases_path(bundle, channel))
        return None if content is None else read_releases(content, bundle, channel)

    def content(self, path: str) -> bytes | None:
        """Return a file; None where there is none.

        Raises:
            Refused: when it is not what was signed.
            RegistryUnreachable: when the registry does not answer.
        """
        with _judged(self.url), tempfile.TemporaryDirectory(prefix="pybridge-") as scratch:
            info = self.updater.get_targetinfo(path)
            if info is None:
                return None
            if info.length > layout.MOST_BYTES:
                raise Refused("archive-size", f"{path}: larger than {layout.MOST_BYTES:,} bytes")
            place = str(Path(scratch) / "content")
            content = Path(self.updater.download_target(info, place)).read_bytes()
            info.verify_length_and_hashes(content)
            return content


def open_registry(url: str, roots: Sequence[bytes], folder: Path) -> RegistryClient:
    """Fetch and verify the metadata of a registry.

    Args:
        url: The address of its folder `public`.
        roots: The roots that the user trusts; it must be one of theirs.
        folder: Keeps what was seen of each registry.

    Raises:
        UsageError: when the address is not one of a web server.
        Refused: when it is not a registry of a trusted root, or older than what was seen, or expired.
        RegistryUnreachable: when it does not answer.
        PackageMissing: when tuf is not installed.
    """
    require_packages()
    if not url.startswith(_SCHEMES):
        raise UsageError(f"not the address of a registry: {url!r}", "such as https://example.org/")
    logging.getLogger("tuf").setLevel(logging.ERROR)
    refusal = Refused("registry-root", f"{url}: no root is trusted", _NO_ROOT)
    for root in roots:
        try:
            return _opened(url, root, folder)
        except Refused as refused:
            refusal = refused
            if refused.rule != "registry-signature":
                raise
    raise refusal


def _opened(url: str, root: bytes, folder: Path) -> RegistryClient:
    from tuf.ngclient import Updater

    from pybridge.bundles.registry.fetching import HttpFetcher  # it imports tuf

    base = url.rstrip("/")
    seen = folder / hashlib.sha256(base.encode() + b"\n" + root).hexdigest()[:32]
    seen.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _judged(url):
        updater = Updater(
            str(seen),
            f"{base}/metadata/",
            target_base_url=f"{base}/targets/",
            fetcher=HttpFetcher(),
            bootstrap=root,
        )
        updater.refresh()
    return RegistryClient(url, updater)


@contextmanager
def _judged(url: str) -> Iterator[None]:
    """Turn what tuf raises into refusals, each by its rule."""
    from tuf.api import exceptions as tuf

    try:
        yield
    except tuf.ExpiredMetadataError as error:
        raise Refused("registry-expired", f"{url}: {_first(error)}", _EXPIRED) from error
    except tuf.BadVersionNumberError as error:
        raise Refused("registry-rollback", f"{url}: older than before: {_first(error)}") from error
    except tuf.UnsignedMetadataError as error:
        raise Refused("registry-signature", f"{url}: {_first(error)}", _NO_ROOT) from error
    except (tuf.RepositoryError, tuf.DownloadLengthMismatchError) as error:
        raise Refused("registry-content", f"{url}: {_first(error)}") from error
    except tuf.DownloadError as error:
        raise RegistryUnreachable(url, _first(error)) from error


def _first(error: Any) -> str:
    """Return the first line of a message; some have none."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
