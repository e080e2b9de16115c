"""Put the modules of a built MicroPython into the cache: `keep_runtime.py [FILE…]`. The exit code says whether all are there."""

from __future__ import annotations

import sys
from pathlib import Path

from pybridge.errors import PybridgeError
from pybridge.wasi.micropython import find_page_wasm, find_wasm, keep


def main(arguments: list[str]) -> int:
    """Return 0 when all are there now."""
    try:
        for argument in arguments:
            sys.stdout.write(f"{keep(Path(argument))}\n")
    except PybridgeError as error:
        sys.stderr.write(f"pybridge: {error}\n")
    return int(None in (find_wasm(), find_page_wasm()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
