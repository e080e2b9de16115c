"""The Electron example without Electron's binary, and with it where one is found."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from pybridge import resources

ROOT = resources.root()
EXAMPLE = ROOT / "examples" / "electron"
HERE = Path(__file__).parent / "electron"


def test_a_packaged_application_serves_every_file_of_the_runtime_unchanged(
    folder: Path, tmp_path: Path
) -> None:
    application = tmp_path / "application"
    shutil.copytree(EXAMPLE, application)
    shutil.copytree(folder, application / "pybridge")
    command = ["node", str(HERE / "asar.mjs"), str(application), str(tmp_path / "app.asar")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    served = json.loads(done.stdout)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    expected = {
        name: {"status": 200, "sha256": entry["sha256"]}
        for name, entry in manifest["files"].items()
    }
    assert {name: served[name] for name in expected} == expected
    assert served["manifest.json"]["status"] == 200
