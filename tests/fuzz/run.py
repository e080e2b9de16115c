"""Fuzz the targets for some seconds each: `python -m tests.fuzz.run [--seconds N] [TARGET …]`; see `make fuzz`.

Atheris follows which code an input reaches and keeps what reaches more, in out/fuzz/TARGET, where the next run goes
on. A finding is written to out/fuzz/TARGET-crash-…; `--replay FILE TARGET` gives the target that file again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS, seeds

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "out" / "fuzz"
LONGEST = 4096
"""Bytes of an input: what the readers do with long ones, other tests measure."""
SLOWEST_S = 10
"""An input that takes longer is a finding."""


def main() -> int:
    """Run the named targets, one after the other; return how many have a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--replay", type=Path, help="give the bytes of this file to the one target")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    if chosen.replay:
        for name in chosen.targets:
            TARGETS[name](chosen.replay.read_bytes())
        return 0
    return sum(_run(name, chosen.seconds) != 0 for name in chosen.targets or TARGETS)


def _run(name: str, seconds: int) -> int:
    corpus = KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    sys.stdout.write(f"== {name}: {seconds} s\n")
    sys.stdout.flush()
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST_S}"]
    output = [f"-artifact_prefix={KEPT}/{name}-", "-print_final_stats=1", "-verbosity=0"]
    command = [sys.executable, "-m", "tests.fuzz.one", name, *limits, *output, str(corpus)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
