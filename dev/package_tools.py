"""Set up the locked `pyodide` command of the extra `packages`, with a Python from 3.12 on that this machine has.

Prints the folder of the environment, which also has wheels that tests describe with that command; exits with 3 where
there is no such Python. With `lock`, updates requirements/packages.txt instead: pip-compile locks for the Python that it
runs on, so that one of 3.11 would leave out what only newer ones get.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from pythons import ROOT, VERSIONS, find, say

LOCKED = ROOT / "requirements" / "packages.txt"
CONSTRAINTS = ROOT / "requirements" / "dev.txt"
CURATED = ("markdown-it-py", "mdurl", "pygments", "rich")
"""Pure wheels with requirements, extras and markers."""
FIRST_MINOR = 12
NO_PYTHON = 3
"""Exit status."""
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
OPTIONS = (
    "--quiet",
    "--upgrade",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--strip-extras",
    "--allow-unsafe",
)
"""As `make lock` has them."""


def main() -> int:
    """Do what the arguments say; return the exit status."""
    minors = (minor for minor in VERSIONS if minor >= FIRST_MINOR)
    python = next((found for minor in minors if (found := find(minor))), None)
    if python is None:
        say(f"no Python from 3.{FIRST_MINOR} to 3.{VERSIONS[-1]} on this machine")
        return NO_PYTHON
    if sys.argv[1:] == ["lock"]:
        lock(python)
    else:
        say(str(environment(python)))
    return 0


def environment(python: Path) -> Path:
    """Return the folder of the environment, set up when the lock changed."""
    folder = ROOT / ".stamps" / "package-tools"
    stamp = folder / "locked"
    wanted = hashlib.sha256(LOCKED.read_bytes() + str(python).encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text("ascii") != wanted:
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        install(folder, "--require-hashes", "-r", str(LOCKED))
        download(folder)
        stamp.write_text(wanted, "ascii")
    return folder


def download(folder: Path) -> None:
    """Download the wheels of CURATED into `wheels/`, held to the hashes of the lock."""
    locked = LOCKED.read_text("utf-8")
    found = (re.search(rf"^{name}==(?:.*\\\n)+.*\n", locked, re.MULTILINE) for name in CURATED)
    wanted = folder / "curated.txt"
    wanted.write_text("".join(each[0] for each in found if each), "utf-8")
    only = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(wanted)]
    pip(folder, "download", "--dest", str(folder / "wheels"), *only)


def lock(python: Path) -> None:
    """Lock the extra for this Python, at the versions of dev.txt where that has them."""
    versions = dict(PINNED.findall(CONSTRAINTS.read_text("utf-8")))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with tempfile.TemporaryDirectory() as scratch:
        folder, wanted = Path(scratch) / "environment", Path(scratch) / "packages.in"
        subprocess.run([python, "-m", "venv", folder], check=True)
        install(folder, *(f"{name}=={versions[name]}" for name in ("pip", "pip-tools")))
        wanted.write_text("\n".join(project["optional-dependencies"]["packages"]) + "\n", "utf-8")
        command = [str(folder / "bin" / "python"), "-m", "piptools", "compile", *OPTIONS]
        constraints, output = (str(path.relative_to(ROOT)) for path in (CONSTRAINTS, LOCKED))
        files = ["-c", constraints, "-o", output, str(wanted)]
        subprocess.run([*command, *files], cwd=ROOT, check=True)
        locked = LOCKED.read_text("utf-8").replace(str(wanted), "pyproject.toml")
        LOCKED.write_text(locked, "utf-8")


def install(folder: Path, *arguments: str) -> None:
    """Install into an environment."""
    pip(folder, "install", *arguments)


def pip(folder: Path, command: str, *arguments: str) -> None:
    """Run pip in an environment, quietly."""
    program = [str(folder / "bin" / "python"), "-m", "pip", command, "--quiet"]
    own = ["--disable-pip-version-check", *arguments]
    subprocess.run([*program, *own], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
