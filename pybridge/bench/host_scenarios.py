"""What is measured without a browser: the store, the interpreters of the WASI engine."""

from __future__ import annotations

from pybridge.bench.figures import Figure, Scenario
from pybridge.bench.measures.interpreters import measure_interpreters
from pybridge.bench.measures.store import measure_store

_CORE = "the WASI engine on the core module"
_WALK = "a bare walk and stat"

HOST_SCENARIOS = (
    Scenario(
        "store",
        (
            Figure(
                "store_first_sync",
                "SQL and index in the first sync of 10,000 scripts",
                "ms",
                "all of that sync",
                target=0.15,
            ),
            Figure(
                "store_sync_unchanged",
                "sync of 10,000 scripts, nothing changed",
                "ms",
                _WALK,
                target=1.5,
            ),
            Figure("store_sync_one_changed", "the same, one file changed", "ms", _WALK, target=2.5),
        ),
        measure_store,
        is_long=True,
    ),
    Scenario(
        "interpreters",
        (
            Figure(
                "component_start",
                "WASI engine on the component: start → ready",
                "ms",
                _CORE,
                target=0.2,
                gate=0.8,
            ),
            Figure(
                "component_batch",
                "the same, a batch of 1,000 calls, an interpreter for every script",
                "ms",
                _CORE,
                target=0.65,
                gate=1.2,
            ),
            Figure(
                "component_memory",
                "the same, ten scripts, each alone",
                "MiB",
                _CORE,
            ),
        ),
        measure_interpreters,
        is_long=True,
    ),
)
