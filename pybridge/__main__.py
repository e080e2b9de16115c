"""`python -m pybridge` is `pybridge`."""

from __future__ import annotations

from pybridge.cli import main

if __name__ == "__main__":
    main()
