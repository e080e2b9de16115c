"""Run the tests that need no browser on every CPython from 3.11 on that this machine has.

Versions are looked for on the PATH and among those of pyenv; each gets an environment in .stamps/. One that is
not found is named and left out; the one of .venv is left out, as `make test-long` runs everything on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKED = ROOT / "requirements" / "dev.txt"
VERSIONS = (11, 12, 13, 14)
TESTS = ("unit", "property", "golden", "service", "differential", "failures")
CHECK = "import sys, venv, ensurepip; print(*sys.version_info[:2], sys.implementation.name)"


def main() -> int:
    """Test each version; return the exit status."""
    failed = []
    for minor in VERSIONS:
        if minor == sys.version_info.minor:
            say(f"Python 3.{minor}: the one of .venv, tested there")
        elif (python := find(minor)) is None:
            say(f"Python 3.{minor}: NOT TESTED, not on this machine")
        elif status := test(minor, python):
            failed.append(f"3.{minor} ({status})")
    if failed:
        say(f"failed on Python {', '.join(failed)}")
    return 1 if failed else 0


def find(minor: int) -> Path | None:
    """Return a CPython of this version that can make environments."""
    return next((path for path in candidates(minor) if is_cpython(path, minor)), None)


def candidates(minor: int) -> Iterator[Path]:
    """Yield programs that may be that Python."""
    if on_path := shutil.which(f"python3.{minor}"):
        yield Path(on_path)
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from sorted(versions.glob(f"3.{minor}.*/bin/python"), reverse=True)


def is_cpython(program: Path, minor: int) -> bool:
    """Return whether a program is what its name says; pyenv has stand-ins for what is not there."""
    done = subprocess.run([program, "-c", CHECK], capture_output=True, text=True, check=False)
    return done.stdout.split() == ["3", str(minor), "cpython"]


def test(minor: int, python: Path) -> int:
    """Run the tests with a Python; return the exit status."""
    say(f"Python 3.{minor}: {python}")
    program = environment(minor, python)
    folders = [f"tests/{name}" for name in TESTS if (ROOT / "tests" / name).is_dir()]
    command = [str(program), "-m", "pytest", "-q"]
    spread = ["-n", os.environ.get("PROCESSES", "2"), "--dist", "loadscope"]
    beside = subprocess.run([*command, *spread, "-m", "not costs", *folders], cwd=ROOT, check=False)
    costs = subprocess.run([*command, "-m", "costs", *folders], cwd=ROOT, check=False)
    return beside.returncode or costs.returncode


def environment(minor: int, python: Path) -> Path:
    """Return the Python of an environment with the locked packages, set up when they changed."""
    folder = ROOT / ".stamps" / f"venv-3.{minor}"
    program, stamp = folder / "bin" / "python", folder / "locked"
    packages = LOCKED.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(packages).hexdigest()
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return program
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    install = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "-r", str(LOCKED)], check=True)
    own = ["--no-build-isolation", "--no-deps", "--no-index", "-e", str(ROOT)]
    subprocess.run([*install, *own], check=True)
    stamp.write_text(wanted, "ascii")
    return program


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
