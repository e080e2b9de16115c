"""Security headers of the studio's responses."""

from __future__ import annotations

from collections.abc import Mapping

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The nonce is for the editor, which creates its style sheets at run time."""

_PREVIEW = (
    "default-src 'none'; style-src 'self'; img-src data: blob:; media-src blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""The rendered document: no scripts and no requests. The page supplies its pictures."""

_MEDIA = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A media file may be untrusted: opened on its own, it can run nothing."""

_COMMON = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
}
_NO_FRAME = {"X-Frame-Options": "DENY"}


def page_headers(nonce: str) -> Mapping[str, str]:
    """Return the headers of the studio's page."""
    return {**_COMMON, **_NO_FRAME, "Content-Security-Policy": _PAGE.format(nonce=nonce)}


def preview_headers() -> Mapping[str, str]:
    """Return the headers of the page that shows a rendered document."""
    return {**_COMMON, "Content-Security-Policy": _PREVIEW}


def media_headers() -> Mapping[str, str]:
    """Return the headers of a document's picture, video, sound or font."""
    return {**_COMMON, **_NO_FRAME, "Content-Security-Policy": _MEDIA}


def asset_headers() -> Mapping[str, str]:
    """Return the headers of everything else.

    This includes the sandbox frame: it has a policy of its own, and a second one would restrict it.
    """
    return _COMMON
