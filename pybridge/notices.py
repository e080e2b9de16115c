"""Notices for a person who waits. The command line shows them on a terminal; a host may listen to the logger."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("pybridge")


def waiting(message: str) -> None:
    """Say why something takes a while."""
    LOGGER.info(message)
