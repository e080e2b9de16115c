"""Start the server in an environment of its own, which the first start makes: with numpy, pandas, scipy and matplotlib.

Code that asks for the policy `yolo` runs there, without a sandbox: no wall that holds such packages is small and quick
enough yet. All other code stays in the sandbox, without them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
ENVIRONMENT = Path(__file__).resolve().parents[1] / "environment"
PIP = (
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-input",
    "--only-binary=:all:",
)
DAY_S = 24 * 60 * 60


def main() -> int:
    """Make the environment if it is missing, and run the server; return its status."""
    if sys.version_info < OLDEST:
        sys.stderr.write(f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed\n")
        return 1
    place = folder_of(data_folder() / "environments")
    if not place.is_dir():
        try:
            make(place)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"the environment of python-tools-ds cannot be made: {error}\n")
            return 1
    command = [python_in(place), "-P", "-m", "pybridge", "mcp", "--max", "yolo", *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def data_folder() -> Path:
    """Return the folder of pybridge's own data, as pybridge chooses it."""
    if named := os.environ.get("PYBRIDGE_DATA"):
        return Path(named)
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"], "pybridge")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "pybridge"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share", "pybridge")


def folder_of(environments: Path) -> Path:
    """Return the environment's folder: another one for each lock, wheel and Python."""
    total = hashlib.sha256(sys.version.encode())
    for path in (ENVIRONMENT / "requirements.txt", *wheels()):
        total.update(path.read_bytes())
    return environments / f"python-tools-ds-{total.hexdigest()[:16]}"


def wheels() -> list[Path]:
    """Return the wheels of the bundle."""
    return sorted(ENVIRONMENT.glob("*.whl"))


def make(place: Path) -> None:
    """Install what the lock names, by its hashes, then the bundle's wheels; the folder appears when all is there."""
    sys.stderr.write("python-tools-ds: making the environment, this takes some minutes once\n")
    place.parent.mkdir(parents=True, exist_ok=True)
    for other in place.parent.glob("python-tools-ds-*.part"):
        if time.time() - other.stat().st_mtime > DAY_S:  # its run was killed
            shutil.rmtree(other, ignore_errors=True)
    new = place.with_name(f"{place.name}-{os.getpid()}.part")
    try:
        run(sys.executable, "-m", "venv", "--clear", str(new))
        locked = str(ENVIRONMENT / "requirements.txt")
        run(python_in(new), *PIP, "--require-hashes", "-r", locked)
        run(python_in(new), *PIP, "--no-index", "--no-deps", *map(str, wheels()))
        new.rename(place)
    except OSError:
        if not place.is_dir():  # nobody else was quicker
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)


def python_in(place: Path) -> str:
    """Return the Python of an environment."""
    return str(place / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def run(*command: str) -> None:
    """Run a program; standard output belongs to the protocol."""
    subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    sys.exit(main())
