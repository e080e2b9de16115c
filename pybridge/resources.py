"""Where the data lives: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_DATA = _PACKAGE / "_data"


def root() -> Path:
    """Return the folder that holds schemas/, default_scripts/, web_worker/ and package.json."""
    return _DATA if _DATA.is_dir() else _PACKAGE.parent


def checkout() -> Path | None:
    """Return the checkout's root; None when pybridge is installed from a wheel."""
    return None if _DATA.is_dir() else _PACKAGE.parent


def schemas() -> Path:
    """Return the folder of the `<concept>.v1.schema.json` files."""
    return root() / "schemas"


def default_scripts() -> Path:
    """Return the folder of the built-in macros."""
    return root() / "default_scripts"


def runtimes() -> Path:
    """Return the folder with what the Pythons of processes do not support, a folder for each."""
    return root() / "runtimes"


def web_worker() -> Path:
    """Return the folder of the JavaScript half: host, frame, worker, templates, generated."""
    return root() / "web_worker"


def engine_sources() -> Path:
    """Return the folder of the macro engine, the same files in every sandbox."""
    return _PACKAGE / "macros"


def studio_page() -> Path:
    """Return the folder of the studio's page, as written."""
    return _PACKAGE / "studio" / "page"


def page_style() -> Path:
    """Return the style sheet of rendered documents."""
    return _PACKAGE / "pages" / "page.css"
