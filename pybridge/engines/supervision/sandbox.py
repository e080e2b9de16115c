"""The parts of one sandbox that every job uses."""

from __future__ import annotations

from dataclasses import dataclass

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.pool import Pool
from pybridge.engines.supervision.quarantine import Quarantine
from pybridge.engines.supervision.script_index import ScriptIndex


@dataclass(frozen=True)
class Sandbox:
    """The workers, the scripts that they have, and their limits."""

    pool: Pool
    index: ScriptIndex
    quarantine: Quarantine
    limits: Limits
