"""Put a built MicroPython into the cache: `keep_runtime.py FILE`. Without FILE, say by the exit code whether one is there."""

from __future__ import annotations

import sys
from pathlib import Path

from pybridge.errors import PybridgeError
from pybridge.processes.micropython import find_wasm, keep


def main(arguments: list[str]) -> int:
    """Return 0 when there is one now."""
    try:
        if arguments:
            sys.stdout.write(f"{keep(Path(arguments[0]))}\n")
    except PybridgeError as error:
        sys.stderr.write(f"pybridge: {error}\n")
    return int(find_wasm() is None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
