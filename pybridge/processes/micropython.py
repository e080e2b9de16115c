"""MicroPython as a WASI module: built by `runtimes/micropython/build.sh`, kept in the cache by its hash.

`python -m pybridge.processes.micropython FILE` puts a built module there; without FILE it prints the place.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pybridge.caches import cache_folder, cache_root
from pybridge.errors import IntegrityFailed, OutputFailed, PybridgeError
from pybridge.storage.atomic import write_atomically
from pybridge.wasi.compile import WasmFile

VERSION = "1.25.0"
SHA256 = "13f6909ecb4a861e2ba3d08d2cd22efac30d4ed45ffad059a0fbdb646a57dc99"
"""Of the module that the build makes, the same bytes each time."""
SOURCES = ""
"""Of what it is built from, as `tests/unit/processes/test_micropython.py` computes it."""
HINT = (
    "build it with runtimes/micropython/build.sh of the sources of pybridge, "
    "then run `python -m pybridge.processes.micropython FILE`"
)

_FOLDER = "runtimes"


def find_wasm() -> WasmFile | None:
    """Return the module in the cache; None when there is none."""
    path = cache_root() / _FOLDER / _file_name()
    return WasmFile(path, SHA256) if path.is_file() else None


def keep(built: Path) -> Path:
    """Copy a built module into the cache; return its place there.

    Raises:
        DocumentUnreadable: when the file cannot be read.
        IntegrityFailed: when it is not the module that this pybridge was tested with.
        OutputFailed: when it cannot be written.
    """
    found = WasmFile.of(built)
    if found.sha256 != SHA256:
        raise IntegrityFailed(str(built), SHA256, found.sha256, "use the build script's versions of the tools")
    place = cache_folder(_FOLDER) / _file_name()
    try:
        write_atomically(place, built.read_bytes(), mode=0o600, durable=False)
    except OSError as error:
        raise OutputFailed(place, error) from error
    return place


def _file_name() -> str:
    return f"micropython-{SHA256[:20]}.wasm"


def main(arguments: list[str]) -> int:
    """Keep the built module that the arguments name, or say whether there is one; 0 if there is."""
    try:
        if arguments:
            keep(Path(arguments[0]))
    except PybridgeError as error:
        print(f"pybridge: {error}", file=sys.stderr)
        return 1
    print(cache_root() / _FOLDER / _file_name())
    return int(find_wasm() is None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
