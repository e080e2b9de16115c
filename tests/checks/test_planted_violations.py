"""Each check of `make test` fails when what it guards against is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = (
    "requirements/dev.txt",
    "requirements/packages.txt",
    "requirements/pybridge-runtime.cdx.json",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the checks read; the environment stays where it is."""
    for name in ("pybridge", "schemas", "web_worker", "default_scripts", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    for name in ("pyproject.toml", "package.json", "package-lock.json", *REQUIREMENTS):
        shutil.copy2(ROOT / name, tmp_path / name)
    for config in ROOT.glob("tsconfig*.json"):
        shutil.copy2(config, tmp_path / config.name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a check in *folder*, on the sources there."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def check(folder: Path, *module: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", *module)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_a_type_error_fails_mypy(copy: Path) -> None:
    planted = copy / "pybridge" / "planted.py"
    planted.write_text('"""Planted."""\n\nNUMBER: int = "text"\n', "utf-8")
    done = check(copy, "mypy", "--follow-imports=silent", "pybridge/planted.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted.py:3" in done.stdout


def test_an_import_against_the_direction_fails_the_contract(copy: Path) -> None:
    planted = copy / "pybridge" / "macros" / "planted.py"
    planted.write_text('"""Planted."""\n\nfrom pybridge import project\n', "utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted" in done.stdout


def test_an_import_circle_fails_the_contract(copy: Path) -> None:
    values = copy / "pybridge" / "macros" / "values"
    inside = (
        "def later() -> None:\n    from pybridge.macros.values import planted_b  # noqa: F401\n"
    )
    (values / "planted_a.py").write_text(f'"""Planted."""\n\n\n{inside}', "utf-8")
    for_types = "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from pybridge.macros.values.planted_a import later  # noqa: F401\n"
    (values / "planted_b.py").write_text(f'"""Planted."""\n\n{for_types}', "utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "no import circles BROKEN" in done.stdout


def test_a_second_door_to_a_dependency_fails_the_contract(copy: Path) -> None:
    planted = copy / "pybridge" / "build" / "planted.py"
    planted.write_text('"""Planted."""\n\nimport nh3\n', "utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "one door to nh3 BROKEN" in done.stdout


def test_the_contract_holds_without_a_plant(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout + done.stderr


def lint_javascript_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "node", "web_worker/tools/imports.mjs")


def test_a_circle_of_javascript_imports_fails_the_check(copy: Path) -> None:
    wire = copy / "web_worker" / "host" / "wire"
    (wire / "planted.js").write_text(
        '/** @typedef {import("./limits.js").Limits} Planted */\nexport {};\n', "utf-8"
    )
    with (wire / "limits.js").open("a", encoding="utf-8") as file:
        file.write('\n/** @typedef {import("./planted.js").Planted} Planted */\n')
    done = lint_javascript_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "import circle: " in done.stderr
    assert "planted.js" in done.stderr


@pytest.mark.parametrize(
    ("folder", "target"),
    [
        pytest.param("host/wire", "../workers/pool.js", id="upward"),
        pytest.param("host/batches", "../sandbox/levels.js", id="batches-and-sandbox"),
        pytest.param("worker/boot", "../pyodide/snapshot.js", id="boot-and-pyodide"),
        pytest.param("host/planted", "../wire/ids.js", id="on-no-layer"),
    ],
)
def test_a_javascript_import_against_the_direction_fails_the_check(
    copy: Path, folder: str, target: str
) -> None:
    planted = copy / "web_worker" / folder / "planted.js"
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f'export * from "{target}";\n', "utf-8")
    done = lint_javascript_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted" in done.stderr


def test_the_javascript_imports_hold_without_a_plant(copy: Path) -> None:
    done = lint_javascript_imports(copy)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_edit_of_a_generated_file_fails_build_check(copy: Path) -> None:
    facts = copy / "web_worker" / "generated" / "facts.js"
    facts.write_text(facts.read_text("utf-8") + "// edited by hand\n", "utf-8")
    done = check(copy, "pybridge", "build", "--check")
    assert done.returncode == 1
    assert "web_worker/generated/facts.js" in done.stderr


def test_an_edit_of_a_schema_fails_build_check(copy: Path) -> None:
    schema = copy / "schemas" / "limits.v1.schema.json"
    schema.write_text(schema.read_text("utf-8").replace('"default": 5,', '"default": 6,'), "utf-8")
    done = check(copy, "pybridge", "build", "--check")
    assert done.returncode == 1
    assert "facts.js" in done.stderr
