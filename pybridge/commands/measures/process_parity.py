"""Compare the Pythons for processes with one another, and the hosts of each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing

from pybridge.commands.measures.parity import ParityReport
from pybridge.commands.processes import hosts
from pybridge.errors import UnknownEngine, UsageError
from pybridge.parity.process_cases import process_sets
from pybridge.parity.process_run import HOSTS, Host, Side, process_mismatches, run_side
from pybridge.parity.run import OnProgress
from pybridge.processes import runtimes
from pybridge.processes.page_folder import pages_have

CASES = 500


def process_parity(
    names: Sequence[str] | None, *, cases: int, seed: int, on_progress: OnProgress
) -> ParityReport:
    """Run the cases on every side, and compare each Python's hosts, and each Python with CPython.

    Args:
        names: Sides, such as `cpython/wasmtime`; None for all that are there.
        cases: How many.
        seed: Of the random ones.
        on_progress: Called after each case.

    Raises:
        UsageError: when there is nothing to compare.
        PybridgeError: when a host does not start.
    """
    known = [Side(runtime, host) for runtime in runtimes.NAMES for host in HOSTS]
    wanted = known if names is None else _named(names, known)
    ready = [side for side in wanted if _is_ready(side)]
    if len(ready) < 2:
        raise UsageError("parity needs two sides at least", "name some that are there")
    sets = process_sets(cases, seed)
    with ExitStack() as stack:
        opened: dict[str, Host] = {
            host: stack.enter_context(closing(hosts.opened(host, runtimes.DEFAULT, None)))
            for host in HOSTS
            if any(side.host == host for side in ready)
        }
        runs = {side: run_side(side, opened[side.host], sets, on_progress) for side in ready}
    absent = [side.name for side in wanted if side not in ready]
    found = list(process_mismatches(sets, runs))
    return ParityReport(seed, sets, list(runs.values()), found, absent)


def _named(names: Sequence[str], known: Sequence[Side]) -> list[Side]:
    by_name = {side.name: side for side in known}
    for name in names:
        if name not in by_name:
            raise UnknownEngine(name, tuple(by_name))
    return [by_name[name] for name in dict.fromkeys(names)]


def _is_ready(side: Side) -> bool:
    if side.host == "browser":
        return pages_have(side.runtime)
    return runtimes.find(side.runtime).wasm is not None
