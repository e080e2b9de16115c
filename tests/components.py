"""The WASI engine on the component, for tests; they are skipped where it was not built."""

from __future__ import annotations

import pytest

from pybridge.engines import EngineChoice
from pybridge.engines.wasi.component import built
from pybridge.errors import ComponentAbsent

COMPONENT = EngineChoice("wasi", python="component")


def is_built() -> bool:
    """Whether there is one of these sources."""
    try:
        built.find()
    except ComponentAbsent:
        return False
    return True


needs_component: pytest.MarkDecorator = pytest.mark.skipif(
    not is_built(), reason="the component of these sources is not built: make component"
)
in_component = pytest.param(COMPONENT, id="component", marks=needs_component)
"""For tests that run on other engines, too."""
