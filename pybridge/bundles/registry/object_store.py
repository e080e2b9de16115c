"""The archives of a registry in an object store: S3, and what speaks its protocol."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pybridge.bundles.registry.store import (
    PIECE_BYTES,
    FolderStore,
    Store,
    clash,
    digest,
    pieces_of,
    require_name,
)
from pybridge.errors import DocumentUnreadable, OutputFailed, PackageMissing, UsageError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Store

_SCHEME = "s3://"
_PLAIN = "http://"
_RETRIES = 4
_RETRY_S = 60


def open_store(place: str) -> Store:
    """Return the store at an address, such as `s3://bucket/folder`, or in a folder.

    The account, the region and the server are those of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
    AWS_REGION, AWS_ENDPOINT_URL.

    Raises:
        UsageError: when it is neither.
        PackageMissing: when obstore is not installed.
    """
    if not place.startswith(_SCHEME):
        if "://" in place:
            raise UsageError(f"not a store: {place!r}", "such as s3://bucket/folder, or a folder")
        folder = Path(place)
        return FolderStore(folder, folder, folder / ".uploads")
    if importlib.util.find_spec("obstore") is None:
        raise PackageMissing("obstore", "pip install 'pybridge-runtime[s3]'")
    return ObjectStore(_opened(place))


@dataclass(frozen=True)
class ObjectStore:
    """A bucket, or what is below a prefix in one."""

    inner: S3Store

    def create(self, name: str, source: bytes | Path) -> bool:
        """Keep a file; return False where it is there already."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, BaseError

        require_name(name)
        try:
            # A request of several parts cannot be create-only.
            obstore.put(self.inner, name, source, mode="create", use_multipart=False)
        except AlreadyExistsError:
            if digest(self.pieces(name)) != digest(pieces_of(source)):
                raise clash(name) from None
            is_new = False
        except (BaseError, OSError) as error:
            raise OutputFailed(Path(name), OSError(_first(error))) from error
        else:
            is_new = True
        if isinstance(source, Path):
            source.unlink(missing_ok=True)
        return is_new

    def size(self, name: str) -> int | None:
        """Return the number of bytes of a file."""
        import obstore
        from obstore.exceptions import BaseError

        try:
            return int(obstore.head(self.inner, name)["size"])
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise DocumentUnreadable(Path(name), "broken", _first(error)) from error

    def pieces(self, name: str) -> Iterator[bytes]:
        """Return a file in pieces."""
        import obstore
        from obstore.exceptions import BaseError

        try:
            for piece in obstore.get(self.inner, name).stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)
        except FileNotFoundError as error:
            raise DocumentUnreadable(Path(name), "missing") from error
        except (BaseError, OSError) as error:
            raise DocumentUnreadable(Path(name), "broken", _first(error)) from error


def _opened(place: str) -> S3Store:
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    bucket, _, prefix = place.removeprefix(_SCHEME).partition("/")
    if not bucket:
        raise UsageError(f"not a store: {place!r}", "such as s3://bucket/folder")
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    options: ClientConfig = {"allow_http": True} if endpoint.startswith(_PLAIN) else {}
    try:
        return S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            client_options=options,
            retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRY_S)},
        )
    except BaseError as error:
        raise UsageError(f"{place}: {_first(error)}") from error


def _first(error: Exception) -> str:
    """Return the first line of a message: the rest can hold what was sent."""
    return next(iter(str(error).splitlines()), "")[:300] or type(error).__name__
