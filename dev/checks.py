"""Run every check, some beside each other, and print a summary: what `make test` runs after the set-up.

Each group is a target of the Makefile. Groups in lanes of one stage run at the same time; their output is kept and
printed in one piece. A failure ends the run after its stage; what takes seconds comes first. A group that runs longer
than GROUP_MINUTES is interrupted and has failed. The run ends with the slowest tests and, for each group, its minutes,
the processor seconds of all its processes, and its counts; when PYBRIDGE_TEST_MINUTES is set, a run that takes longer
fails.

`--long` runs what `make test-long` runs: all its groups, or those that are named, each without a limit, and the others
also after a failure. When all of them passed, the areas are recorded.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
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
    (("areas",),),
    (("absent",),),
    (("format", "lint"), ("imports", "generated")),
    (("js",), ("types", "parity-sample")),
    (("unit",),),
    (("e2e",),),
    (("firefox",), ("webkit",)),
    (("costs",),),  # measures processor time
    (("alone",),),  # measures time, so nothing runs beside it
    (("gates",),),
)
LONG = (
    *("js-long", "unit-long", "e2e-long", "browsers", "attacks", "parity", "fuzz", "pythons"),
    *("alone-long", "soak"),
)
"""The groups of `make test-long`; those that measure time come last."""
GROUP_MINUTES = 30
"""A group that is not done by then hangs: the longest takes half of it on an idle machine of two cores."""
ENDS_WITHIN_S = 20
"""How long an interrupted group has to say where it was."""
SLOWEST = 25
DURATION = re.compile(r"^([\d.]+)s (?:call|setup|teardown) +\S.*$", re.MULTILINE)
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)")
CLOSING = re.compile(r"\d+ (?:passed|failed|errors?)\b.* in [\d.]+s")
NODE_COUNTS = re.compile(r"^\S+ (pass|fail) (\d+)$", re.MULTILINE)
PRINTING = threading.Lock()
RUNNING: list[subprocess.Popen[bytes]] = []
"""Groups of their own, so an interrupt reaches them only from here."""


@dataclass(frozen=True)
class Done:
    """A group that ran."""

    name: str
    status: int
    seconds: float
    cpu_s: float
    output: str

    @property
    def counts(self) -> str:
        """Its numbers of tests, as its runner counted them; empty for a check without tests."""
        if node := dict(NODE_COUNTS.findall(self.output)):
            return f"{node['pass']} passed, {node['fail']} failed"
        closing = [line for line in self.output.splitlines() if CLOSING.search(line)]
        if not closing:
            return ""
        numbers = {"passed": 0, "failed": 0}
        for line in closing:
            for number, word in COUNTS.findall(line):
                numbers[word] = numbers.get(word, 0) + int(number)
        return ", ".join(f"{number} {word}" for word, number in numbers.items())


def main(arguments: Sequence[str]) -> int:
    """Run the stages; return the exit status."""
    if arguments[:1] == ["--long"]:
        return main_long(arguments[1:])
    started = time.monotonic()
    done: list[Done] = []
    for stage in STAGES:
        done += run_stage(stage)
        if any(group.status for group in done):
            break
    return conclude(done, started)


def main_long(names: Sequence[str]) -> int:
    """Run all long groups, or the named ones; return the exit status."""
    if unknown := set(names).difference(LONG):
        say(f"not a long group: {', '.join(sorted(unknown))}; there are {', '.join(LONG)}")
        return 2
    started = time.monotonic()
    done = [run_shown(name, limit_s=None) for name in LONG if not names or name in names]
    status = conclude(done, started)
    if not status and not names:
        subprocess.run([sys.executable, "-m", "tests.areas", "--record"], cwd=ROOT, check=True)
    return status


def conclude(done: Sequence[Done], started: float) -> int:
    """Print the summary; return the exit status."""
    minutes = (time.monotonic() - started) / 60
    limit = limit_minutes()
    say(f"\n{SLOWEST} slowest tests\n" + "\n".join(slowest(done)))
    total = f"{minutes:.1f} minutes in all, {sum(group.cpu_s for group in done):.0f} s CPU"
    say("\n" + "\n".join(summary(done)) + f"\n{total}")
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
        try:
            return [group for lane in lanes for group in lane.result()]
        except KeyboardInterrupt:
            for lane in lanes:
                lane.cancel()
            for process in RUNNING:
                signal_all(process, signal.SIGINT)
            raise


def run_lane(lane: Sequence[str], *, is_alone: bool) -> list[Done]:
    """Run targets one after the other, all of them."""
    return [run_shown(name) if is_alone else run_kept(name) for name in lane]


def run_shown(name: str, limit_s: float | None = GROUP_MINUTES * 60) -> Done:
    """Run a target and show its output as it comes."""
    say(f"== {name}")
    return run(name, is_shown=True, limit_s=limit_s)


def run_kept(name: str) -> Done:
    """Run a target, then show its output if it failed."""
    group = run(name, is_shown=False, limit_s=GROUP_MINUTES * 60)
    state = f"failed with {group.status}\n{group.output}" if group.status else "passed"
    say(f"== {name}, {group.seconds:.0f} s: {state}".rstrip())
    return group


def run(name: str, *, is_shown: bool, limit_s: float | None) -> Done:
    """Run a target of the Makefile, no longer than it may take, and keep its output."""
    started = time.monotonic()
    process = start(name)
    RUNNING.append(process)
    pieces: list[bytes] = []
    try:
        if not gather(process, pieces, limit_s, is_shown=is_shown):
            say(f"== {name}: not done after {GROUP_MINUTES} minutes, interrupted")
            signal_all(process, signal.SIGINT)
            gather(process, pieces, ENDS_WITHIN_S, is_shown=is_shown)
            signal_all(process, signal.SIGKILL)
    finally:
        RUNNING.remove(process)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    output = b"".join(pieces).decode("utf-8", "replace")
    seconds = time.monotonic() - started
    return Done(name, process.returncode, seconds, used.ru_utime + used.ru_stime, output)


def start(name: str) -> subprocess.Popen[bytes]:
    """Start a target in a process group of its own."""
    options = f"{os.environ.get('PYTEST_ADDOPTS', '')} --durations={SLOWEST}"
    environment = {**os.environ, "PYTEST_ADDOPTS": options, "READY": "1"}
    for variable in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environment.pop(variable, None)
    return subprocess.Popen(
        ["make", "--no-print-directory", name], cwd=ROOT, env=environment, process_group=0,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def gather(
    process: subprocess.Popen[bytes],
    pieces: list[bytes],
    within_s: float | None,
    *,
    is_shown: bool,
) -> bool:
    """Collect the output of a process; return whether it ended in time, of which None gives any amount."""
    assert process.stdout is not None
    until = None if within_s is None else time.monotonic() + within_s
    while select.select([process.stdout], [], [], until and max(0, until - time.monotonic()))[0]:
        piece = os.read(process.stdout.fileno(), 1 << 16)
        if not piece:
            return True
        pieces.append(piece)
        if is_shown:
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
    return False


def signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a target and all it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def slowest(done: Sequence[Done]) -> Iterator[str]:
    """Yield the lines of the slowest tests of all groups."""
    found = [match for group in done for match in DURATION.finditer(group.output)]
    found.sort(key=lambda match: float(match[1]), reverse=True)
    yield from (match[0] for match in found[:SLOWEST])


def summary(done: Sequence[Done]) -> Iterator[str]:
    """Yield a line for each group: minutes, processor seconds, and counts where it has tests."""
    for group in done:
        state = "" if group.status == 0 else "  FAILED"
        yield f"{group.name:14} {group.seconds / 60:5.1f} min  {group.cpu_s:5.0f} s CPU  {group.counts}{state}".rstrip()


def limit_minutes() -> float:
    """Return how long a run may take; 0 for no limit."""
    return float(os.environ.get("PYBRIDGE_TEST_MINUTES") or "0")


def say(text: str) -> None:
    """Print, one at a time."""
    with PRINTING:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
