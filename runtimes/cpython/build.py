"""Builds the macro engine as a component, CPython inside, and puts it into the cache: `build.py [--check]`.

Needs the package index for componentize-py (see requirements.txt), which gets an environment of its own in out/component/.
Two builds differ in their bytes: the sha256 of this one is kept beside it. With --check it says by its exit code only
whether there is one of these sources.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pybridge.engines.wasi.component import built
from pybridge.errors import PybridgeError

_HERE = Path(__file__).resolve().parent
_WORK = _HERE.parents[1] / "out" / "component"


def main(arguments: list[str]) -> int:
    """Return 0 when there is one now."""
    try:
        if arguments == ["--check"]:
            built.find()
        else:
            print(built.keep(_built()))
    except (PybridgeError, subprocess.CalledProcessError) as error:
        print(f"pybridge: {error}", file=sys.stderr)
        return 1
    return 0


def _built() -> Path:
    """Build it in a clean folder; return the file."""
    tool = _tool()
    folder = _WORK / "build"
    shutil.rmtree(folder, ignore_errors=True)
    for place, files in (("app", built.sources()), ("modules", built.modules())):
        for name, content in files.items():
            path = folder / place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    # Without a virtual environment of its own the tool would put the host's packages into the component.
    nothing = folder / "nothing"
    (nothing / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages").mkdir(parents=True)
    made = folder / "engine.wasm"
    command = [
        tool, "-d", folder / "app" / "engine.wit", "-w", "engine", "componentize",
        "-p", folder / "app", "-p", folder / "modules", "engine_app", "-o", made,
    ]  # fmt: skip
    environment = {**os.environ, "VIRTUAL_ENV": str(nothing)}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return made


def _tool() -> Path:
    """Return the pinned componentize-py, installed if it is missing."""
    wanted = (_HERE / "requirements.txt").read_bytes()
    environment, stamp = _WORK / "venv", _WORK / "requirements.txt"
    if not stamp.is_file() or stamp.read_bytes() != wanted:
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", _HERE / "requirements.txt"], check=True)
        stamp.write_bytes(wanted)
    return environment / "bin" / "componentize-py"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
