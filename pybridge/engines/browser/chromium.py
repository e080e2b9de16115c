"""Find a Chromium to drive, and the flags to start it with."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import PybridgeError, browser_extra_missing

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
"""System browsers, in the order in which PATH is searched for them."""

_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(eq=False)
class BrowserMissing(PybridgeError):
    """No Chromium can be found or started."""

    looked_at: Sequence[str]
    command: str = "playwright install chromium"
    code = "unavailable"

    def what(self) -> str:
        """Name the places that were searched."""
        return f"no Chromium found (looked at {', '.join(self.looked_at)})"

    @property
    def hint(self) -> str:
        """Say what to do."""
        return f"install one: {self.command}"


def find(playwright_default: str | None = None) -> Path:
    """Return a Chromium: the system's, or Playwright's own at *playwright_default*.

    Raises:
        BrowserMissing: there is neither.
    """
    found = [shutil.which(name) for name in NAMES]
    candidates = [*found, *_APPLICATIONS, playwright_default]
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    raise BrowserMissing((*NAMES, "Playwright's own"))


def flags() -> list[str]:
    """Return the command-line flags: no network but loopback, and no browser sandbox for root alone."""
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return [*_QUIET, *(["--no-sandbox"] if is_root else [])]


def main() -> None:
    """Succeed when there is a Chromium; the set-up asks before it installs one."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise browser_extra_missing() from error

    with sync_playwright() as playwright:
        find(playwright.chromium.executable_path)


if __name__ == "__main__":
    main()
