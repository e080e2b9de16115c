"""Runs in any Python: reads an archive of packages, writes the image that `pybridge.macros.scripts.packages` reads.

Standard input is a line of JSON, the policy, and the archive. What does not compile here is left out: packages have modules
for other versions of Python.
"""

from __future__ import annotations

import io
import json
import marshal
import sys
import warnings
import zipfile
import zlib
from typing import BinaryIO

FOLDER = "/packages/"


def image(archive: zipfile.ZipFile) -> tuple[dict[str, tuple[bool, str, bytes]], dict[str, bytes]]:
    """Return the modules by name, and the other files by path."""
    modules: dict[str, tuple[bool, str, bytes]] = {}
    files: dict[str, bytes] = {}
    for path in sorted(archive.namelist()):
        content = archive.read(path)
        name = module_name(path)
        if name is None:
            files[path] = zlib.compress(content)
            continue
        try:
            code = compile(content, FOLDER + path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            continue
        if name not in modules or path.endswith("/__init__.py"):
            is_package = path.endswith("/__init__.py")
            modules[name] = (is_package, path, zlib.compress(marshal.dumps(code)))
    return modules, files


def module_name(path: str) -> str | None:
    """Return the name of the module in a file; None if it is none that can be imported."""
    parts = path.removesuffix(".py").split("/")
    if not path.endswith(".py") or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def write(source: BinaryIO, target: BinaryIO) -> None:
    """Read a request, write the image."""
    warnings.simplefilter("ignore")
    policy = json.loads(source.readline())
    with zipfile.ZipFile(io.BytesIO(source.read())) as opened:
        made = image(opened)
    target.write(marshal.dumps(policy) + marshal.dumps(made))


def write_file(request: str, out: str) -> None:
    """Read a request from a file, write the image to another."""
    with open(request, "rb") as source, open(out, "wb") as target:  # noqa: PTH123
        write(source, target)


if __name__ == "__main__":
    write(sys.stdin.buffer, sys.stdout.buffer)
