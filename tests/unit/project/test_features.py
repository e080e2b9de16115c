"""The table `[features]` of pybridge.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pybridge.commands import session
from pybridge.engines import EngineChoice
from pybridge.errors import ProjectInvalid
from pybridge.project.discover import require_project
from pybridge.project.features import Features


def written(folder: Path, table: str) -> Path:
    (folder / "pybridge.toml").write_text(f"[features]\n{table}\n")
    return folder


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", Features()),
        ('engine = "core"', Features("core", "script")),
        ('engine = "component"', Features("component", "script")),
        ('engine = "component"\nisolation = "domain"', Features("component", "domain")),
    ],
)
def test_switches_are_read(tmp_path: Path, table: str, expected: Features) -> None:
    assert require_project(tmp_path, written(tmp_path, table)).settings.features == expected


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('engine = "wasi"', "features.engine must be core or component, not 'wasi'"),
        ("engine = true", "features.engine must be core or component, not True"),
        ("engine = []", "features.engine must be core or component"),
        ("isolation = {}", "features.isolation must be script or domain"),
        ('engin = "core"', "features has no key 'engin', did you mean engine?"),
        ('x = "core"', "features has no key 'x', known are engine, isolation"),
    ],
)
def test_anything_else_is_named(tmp_path: Path, table: str, problem: str) -> None:
    with pytest.raises(ProjectInvalid, match=problem):
        require_project(tmp_path, written(tmp_path, table))


@pytest.mark.parametrize("python", ["core", "component"])
def test_a_project_chooses_the_python_of_its_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: Any
) -> None:
    asked: list[EngineChoice] = []

    def stop(choice: EngineChoice, **_: object) -> None:
        asked.append(choice)
        raise LookupError

    monkeypatch.setattr(session, "open_engine", stop)
    project = require_project(tmp_path, written(tmp_path, f'engine = "{python}"'))
    with pytest.raises(LookupError), session.open_session(project, EngineChoice("wasi")):
        pass
    assert asked == [EngineChoice("wasi", python=python)]
