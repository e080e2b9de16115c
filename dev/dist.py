"""Write the wheel, the sdist and the npm package into a folder: `python dev/dist.py OUT`.

The same commit gives the same bytes, wherever and whenever it is built, with the locked tools and the same Node.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pybridge.build.on_demand import built_folder

ROOT = Path(__file__).resolve().parents[1]
EPOCH = "SOURCE_DATE_EPOCH"
SUMS = "SHA256SUMS"


def main(out: Path) -> None:
    """Write them, and their hashes, into *out*; what else is there stays."""
    out.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, EPOCH: os.environ.get(EPOCH) or commit_time()}
    hatchling = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel"]
    npm = ["npm", "pack", "--ignore-scripts", "--silent"]
    subprocess.run([*hatchling, "-d", str(out)], cwd=ROOT, env=environment, check=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = readable_copy(built_folder(), Path(scratch) / "package")
        subprocess.run(
            [*npm, "--pack-destination", str(out)], cwd=folder, env=environment, check=True
        )
    files = sorted(path for path in out.iterdir() if path.name != SUMS)
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (out / SUMS).write_text("".join(sums), "ascii")


def readable_copy(folder: Path, copy: Path) -> Path:
    """Copy *folder* with permissions that do not depend on the umask: npm packs them as they are."""
    shutil.copytree(folder, copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def commit_time() -> str:
    """Return the time of the last commit, in seconds since 1970."""
    command = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
