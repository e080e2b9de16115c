"""Fuzz one target in this process: `python -m tests.fuzz.one TARGET LIBFUZZER-OPTION … CORPUS`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["pybridge", "yaml", "markdown_it"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()
