"""Run every check, some beside each other, and print a summary: what `make test` runs after the set-up.

Each group is a target of the Makefile. Groups in lanes of one stage run at the same time; their output is kept and
printed in one piece. A failure ends the run after its stage. The run ends with the slowest tests, the counts of each
group and the minutes; when PYBRIDGE_TEST_MINUTES is set, a run that takes longer fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Stage = Sequence[Sequence[str]]
"""Lanes, which run at the same time; each a list of targets, which run one after the other."""
STAGES: Sequence[Stage] = (
    (("types", "imports"), ("js", "format", "lint", "generated", "parity-sample")),
    (("unit",),),
    (("e2e",),),
    (("faults",),),  # real time, so nothing runs beside it
    (("gates",),),
)
SLOWEST = 25
DURATION = re.compile(r"^([\d.]+)s (?:call|setup|teardown) +\S.*$", re.MULTILINE)
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)")
CLOSING = re.compile(r"\d+ (?:passed|failed|errors?)\b.* in [\d.]+s")
NODE_COUNTS = re.compile(r"^\S+ (pass|fail) (\d+)$", re.MULTILINE)
PRINTING = threading.Lock()


@dataclass(frozen=True)
class Done:
    """A group that ran."""

    name: str
    status: int
    seconds: float
    output: str

    @property
    def counts(self) -> str:
        """Its numbers of tests, as its runner counted them; empty for a check without tests."""
        if node := dict(NODE_COUNTS.findall(self.output)):
            return f"{node['pass']} passed, {node['fail']} failed"
        closing = [line for line in self.output.splitlines() if CLOSING.search(line)]
        if not closing:
            return ""
        found = {word: number for number, word in COUNTS.findall(closing[-1])}
        numbers = {"passed": "0", "failed": "0", **found}
        return ", ".join(f"{number} {word}" for word, number in numbers.items())


def main() -> int:
    """Run the stages; return the exit status."""
    started = time.monotonic()
    done: list[Done] = []
    for stage in STAGES:
        done += run_stage(stage)
        if any(group.status for group in done):
            break
    minutes = (time.monotonic() - started) / 60
    limit = limit_minutes()
    say(f"\n{SLOWEST} slowest tests\n" + "\n".join(slowest(done)))
    say("\n" + "\n".join(summary(done)) + f"\n{minutes:.1f} minutes in all")
    failed = [group.name for group in done if group.status]
    if failed:
        say(f"failed: {', '.join(failed)}")
    elif limit and minutes > limit:
        say(f"failed: more than {limit:g} minutes (PYBRIDGE_TEST_MINUTES)")
    else:
        say("all checks passed")
        return 0
    return 1


def run_stage(stage: Stage) -> list[Done]:
    """Run the lanes of a stage at the same time."""
    with ThreadPoolExecutor(len(stage)) as pool:
        lanes = [pool.submit(run_lane, lane, is_alone=len(stage) == 1) for lane in stage]
        return [group for lane in lanes for group in lane.result()]


def run_lane(lane: Sequence[str], *, is_alone: bool) -> list[Done]:
    """Run targets one after the other, all of them."""
    return [run_shown(name) if is_alone else run_kept(name) for name in lane]


def run_shown(name: str) -> Done:
    """Run a target and show its output as it comes."""
    say(f"== {name}")
    return run(name, is_shown=True)


def run_kept(name: str) -> Done:
    """Run a target, then show its output if it failed."""
    group = run(name, is_shown=False)
    state = f"failed with {group.status}\n{group.output}" if group.status else "passed"
    say(f"== {name}, {group.seconds:.0f} s: {state}".rstrip())
    return group


def run(name: str, *, is_shown: bool) -> Done:
    """Run a target of the Makefile and keep its output."""
    started = time.monotonic()
    options = f"{os.environ.get('PYTEST_ADDOPTS', '')} --durations={SLOWEST}"
    environment = {**os.environ, "PYTEST_ADDOPTS": options, "READY": "1"}
    for variable in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environment.pop(variable, None)
    process = subprocess.Popen(
        ["make", "--no-print-directory", name],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    pieces: list[bytes] = []
    while piece := os.read(process.stdout.fileno(), 1 << 16):
        pieces.append(piece)
        if is_shown:
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
    output = b"".join(pieces).decode("utf-8", "replace")
    return Done(name, process.wait(), time.monotonic() - started, output)


def slowest(done: Sequence[Done]) -> Iterator[str]:
    """Yield the lines of the slowest tests of all groups."""
    found = [match for group in done for match in DURATION.finditer(group.output)]
    found.sort(key=lambda match: float(match[1]), reverse=True)
    yield from (match[0] for match in found[:SLOWEST])


def summary(done: Sequence[Done]) -> Iterator[str]:
    """Yield a line for each group: minutes, and counts where it has tests."""
    for group in done:
        state = "" if group.status == 0 else "  FAILED"
        yield f"{group.name:14} {group.seconds / 60:5.1f} min  {group.counts}{state}".rstrip()


def limit_minutes() -> float:
    """Return how long a run may take; 0 for no limit."""
    return float(os.environ.get("PYBRIDGE_TEST_MINUTES") or "0")


def say(text: str) -> None:
    """Print, one at a time."""
    with PRINTING:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
