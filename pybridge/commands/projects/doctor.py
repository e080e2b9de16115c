"""Check the requirements and say how to install what is missing."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pybridge.build import pins, pyodide_assets
from pybridge.caches import cache_root
from pybridge.engines import open_engine
from pybridge.engines.browser import chromium
from pybridge.engines.protocol import JsonObject
from pybridge.errors import PybridgeError, browser_extra_missing

OLDEST_NODE = 20


@dataclass(frozen=True)
class Check:
    """The result of one check."""

    name: str
    status: str
    """ok, warning, failed or skipped."""
    message: str
    hint: str | None = None

    def to_json(self) -> JsonObject:
        """Return it as an entry of cli-doctor.v1."""
        value = {"name": self.name, "status": self.status, "message": self.message}
        return {**value, "hint": self.hint} if self.hint else value


def diagnose() -> list[Check]:
    """Run all checks, in the order of their dependencies."""
    looks: Sequence[Callable[[], Check]] = (
        _python,
        _wasi,
        _native,
        _node,
        _playwright,
        _chromium,
        _pyodide,
    )
    checks = [look() for look in looks]
    return [*checks, _browser(checks)]


def report_of(checks: Sequence[Check]) -> JsonObject:
    """Return cli-doctor.v1."""
    ok = all(check.status != "failed" for check in checks)
    return {"ok": ok, "checks": [check.to_json() for check in checks]}


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", "ok", f"Python {version} at {sys.executable}")


def _node() -> Check:
    program = shutil.which("node")
    hint = f"install Node {OLDEST_NODE} or newer; it builds the folder that browsers load"
    if program is None:
        return Check("node", "warning", "no `node` on the PATH", hint)
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("node", "warning", f"{program} does not run: {error}", hint)
    version = done.stdout.strip().removeprefix("v")
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        return Check("node", "warning", f"Node {version or 'of unknown version'} is too old", hint)
    return Check("node", "ok", f"Node {version}")


def _chromium() -> Check:
    try:
        return Check("chromium", "ok", str(chromium.find()))
    except PybridgeError as error:
        own = [sys.executable, "-m", chromium.__name__]  # asks Playwright for the one it brought
        if subprocess.run(own, capture_output=True, check=False).returncode == 0:
            return Check("chromium", "ok", "Playwright's own")
        return Check("chromium", "warning", error.what(), error.hint)


def _pyodide() -> Check:
    try:
        folder = pyodide_assets.cached()
    except PybridgeError as error:
        return Check("pyodide", "failed", error.what(), error.hint)
    if folder is not None:
        return Check("pyodide", "ok", f"Pyodide {pins.PYODIDE_VERSION} in {folder}")
    message = f"Pyodide {pins.PYODIDE_VERSION} is not in {cache_root()} yet"
    return Check("pyodide", "warning", message, "`pybridge build` fetches it, once, through npm")


def _wasi() -> Check:
    return _engine("wasi", "starts; the default")


def _native() -> Check:
    return _engine("native", "starts; for trusted scripts only")


def _engine(name: str, message: str) -> Check:
    try:
        with open_engine(name):
            return Check(f"engine {name}", "ok", message)
    except PybridgeError as error:
        return Check(f"engine {name}", "failed", error.what(), error.hint)


def _playwright() -> Check:
    if importlib.util.find_spec("playwright") is not None:
        return Check("playwright", "ok", "drives the browser")
    missing = browser_extra_missing()
    return Check("playwright", "warning", missing.what(), missing.hint)


def _browser(checks: Sequence[Check]) -> Check:
    needs = {"node", "playwright", "chromium"}
    needed = [check.name for check in checks if check.name in needs and check.status != "ok"]
    if needed:
        message = f"needs {' and '.join(needed)}"
        return Check(
            "engine browser", "warning", message, "see above; the wasi engine needs no browser"
        )
    return Check("engine browser", "ok", "has what it needs")
