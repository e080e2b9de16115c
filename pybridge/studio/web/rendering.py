"""The page that a rendered document becomes: the same conversion that `render --html` does."""

from __future__ import annotations

from typing import Any

from pybridge import abi
from pybridge.pages.markdown import page_body


def rendered_body(rendered: Any) -> str:
    """Return the HTML body of rendered.v1 with parts, as a preview.

    Raises:
        Invalid: it is none.
    """
    abi.require("rendered", rendered)
    return page_body(rendered.get("parts") or [], rendered["macros"], preview=True)
