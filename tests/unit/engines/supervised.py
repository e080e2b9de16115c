"""The supervisor behind an engine."""

from __future__ import annotations

from pybridge.engines.protocol import Engine
from pybridge.engines.sanitising import Sanitising
from pybridge.engines.supervision.domains.engine import DomainEngine
from pybridge.engines.supervision.supervisor import Supervisor


def supervisor_of(engine: Engine) -> Supervisor | DomainEngine:
    assert isinstance(engine, Sanitising)
    assert isinstance(engine.inner, Supervisor | DomainEngine)
    return engine.inner
