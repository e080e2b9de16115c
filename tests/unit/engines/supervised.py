"""The supervisor behind an engine."""

from __future__ import annotations

from pybridge.engines.protocol import Engine
from pybridge.engines.sanitising import Sanitising
from pybridge.engines.supervision.supervisor import Supervisor


def supervisor_of(engine: Engine) -> Supervisor:
    assert isinstance(engine, Sanitising)
    assert isinstance(engine.inner, Supervisor)
    return engine.inner
