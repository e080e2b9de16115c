"""The Pythons of the sandboxes, with the libraries that are linked into them."""

from __future__ import annotations

import base64

from pybridge.build import pins
from pybridge.build.sbom.document import Component

_LICENCES = {
    "bzip2": "bzip2-1.0.6",
    "expat": "MIT",
    "libffi": "MIT",
    "libmpdec": "BSD-2-Clause",
    "sqlite": "blessing",
    "xz": "0BSD",
    "zlib": "Zlib",
    "zstd": "BSD-3-Clause OR GPL-2.0-only",
}
_CPE_NAMES = {
    "bzip2": "bzip:bzip2",
    "cpython": "python:python",
    "expat": "libexpat_project:libexpat",
    "sqlite": "sqlite:sqlite",
    "xz": "tukaani:xz",
    "zlib": "zlib:zlib",
    "zstd": "facebook:zstandard",
}

IN_PYODIDE = {
    "bzip2": "",
    "expat": "2.7.3",
    "libffi": "",
    "libmpdec": "2.5.1",
    "sqlite": "3.39.0",
    "xz": "",
    "zlib": "1.3.1",
    "zstd": "1.5.7",
}
"""Versions of the libraries in Pyodide, as it states them itself; empty where it does not."""
EMSCRIPTEN_VERSION = "5.0.3"
PYODIDE_ABI = "2026_0"
"""Of wheels with native code, as their names have it: `pyemscripten_2026_0_wasm32`."""
IN_WASM = {"bzip2": "", "expat": "2.5.0", "libmpdec": "2.5.1", "sqlite": "3.42.0", "zlib": "1.2.13"}
"""As IN_PYODIDE, of the WASI module."""


def pyodide() -> Component:
    """Return the pinned Pyodide, as a built folder contains it."""
    digest = base64.b64decode(pins.PYODIDE_INTEGRITY.removeprefix("sha512-")).hex()
    return Component(
        "pyodide",
        pins.PYODIDE_VERSION,
        "MPL-2.0",
        f"pkg:npm/pyodide@{pins.PYODIDE_VERSION}",
        kind="platform",
        hashes=(("SHA-512", digest),),
        uses=(
            _cpython(pins.PYTHON_VERSION, IN_PYODIDE),
            _linked("emscripten", EMSCRIPTEN_VERSION, "MIT OR NCSA"),
            _linked("musl", "", "MIT"),
            Component("error-stack-parser", "", "MIT", "pkg:npm/error-stack-parser"),
            Component("stackframe", "", "MIT", "pkg:npm/stackframe"),
        ),
    )


def wasm() -> Component:
    """Return the CPython in the pinned WASI module."""
    hashes = (("SHA-256", pins.WASM_SHA256),)
    return _cpython(pins.WASM_PYTHON_VERSION, IN_WASM, _wasi_libc(), hashes=hashes)


def micropython_wasm(version: str, sha256: str) -> Component:
    """Return the MicroPython of pages."""
    return Component(
        "micropython",
        version,
        "MIT",
        f"pkg:generic/micropython@{version}",
        kind="platform",
        cpe=f"cpe:2.3:a:micropython:micropython:{version}:*:*:*:*:*:*:*",
        hashes=(("SHA-256", sha256),),
        uses=(
            _wasi_libc(),
            _linked("compiler-rt", "", "Apache-2.0 WITH LLVM-exception"),
        ),
    )


def _wasi_libc() -> Component:
    return _linked("wasi-libc", "", "Apache-2.0 WITH LLVM-exception AND MIT")


def _cpython(
    version: str,
    libraries: dict[str, str],
    *others: Component,
    hashes: tuple[tuple[str, str], ...] = (),
) -> Component:
    linked = (_linked(name, its, _LICENCES[name]) for name, its in libraries.items())
    return Component(
        "cpython",
        version,
        "PSF-2.0",
        f"pkg:generic/cpython@{version}",
        kind="platform",
        cpe=_cpe("cpython", version),
        hashes=hashes,
        uses=(*linked, *others),
    )


def _linked(name: str, version: str, licence: str) -> Component:
    purl = f"pkg:generic/{name}" + (f"@{version}" if version else "")
    return Component(name, version, licence, purl, cpe=_cpe(name, version))


def _cpe(name: str, version: str) -> str:
    known = _CPE_NAMES.get(name)
    return f"cpe:2.3:a:{known}:{version}:*:*:*:*:*:*:*" if known and version else ""
