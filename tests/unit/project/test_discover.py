"""Which folder is the project, and what its settings say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pybridge.commands.projects.init import fill
from pybridge.errors import ProjectInvalid
from pybridge.project.discover import (
    BuiltIns,
    Project,
    ProjectMissing,
    Settings,
    find_project,
    project_or_built_ins,
    read_settings,
    require_project,
)


@pytest.mark.parametrize("mark", ["pybridge.toml", "scripts"])
def test_the_nearest_folder_upward_is_the_project(tmp_path: Path, mark: str) -> None:
    (tmp_path / "scripts").mkdir()
    inner = tmp_path / "a" / "b"
    (inner / "posts").mkdir(parents=True)
    marked = inner / mark
    marked.mkdir() if mark == "scripts" else marked.touch()
    assert find_project(inner / "posts") == Project(inner)
    assert find_project(tmp_path / "a") == Project(tmp_path)


def test_without_one_there_are_only_the_defaults(tmp_path: Path) -> None:
    assert find_project(tmp_path) is None
    assert project_or_built_ins(tmp_path) == BuiltIns()
    with pytest.raises(ProjectMissing, match="pybridge init"):
        require_project(tmp_path)


def test_a_named_project_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectMissing, match="pybridge init"):
        find_project(tmp_path, tmp_path)


def test_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "pybridge.toml").write_text(
        'mainLanguage = "de"\ninclude = ["posts/**"]\nexclude = ["*/draft-*"]\n[limits]\nitemS = 1\n'
    )
    assert read_settings(tmp_path) == Settings("de", ("posts/**",), ("*/draft-*",), {"itemS": 1})


def test_an_unknown_key_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "pybridge.toml").write_text('mainLangauge = "de"\nzzz = 1\n')
    settings = read_settings(tmp_path)
    assert settings.main_language == "en"
    assert "did you mean mainLanguage?" in settings.warnings[0]
    assert "known are mainLanguage, include" in settings.warnings[1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(b"mainLanguage = ", "Invalid value", id="no-toml"),
        pytest.param(b"mainLanguage = 3", "mainLanguage must be a string, not 3", id="wrong-type"),
        pytest.param(b"include = 'x'", "include must be a list of strings", id="no-list"),
        pytest.param(b"include = [1]", "include must be a list of strings", id="no-texts"),
        pytest.param(b"limits = 1", "limits must be a table", id="no-table"),
        pytest.param(b"a = '\xff'", "utf-8", id="encoding"),
        pytest.param(
            b"a = 1\na = " + b"[" * 5000, r"levels deep \(at line 2, column 38\)", id="deep"
        ),
        pytest.param(b"a." * 5000 + b"a = 1", "levels deep", id="long key"),
        pytest.param(b"mainLanguage = 0x" + b"f" * 5000, "of more than 250 char", id="long-number"),
        pytest.param(b"x = " + b"9" * 5000, "of more than 250 char", id="many digits"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, text: bytes, problem: str) -> None:
    (tmp_path / "pybridge.toml").write_bytes(text)
    with pytest.raises(ProjectInvalid, match=problem):
        read_settings(tmp_path)


def test_settings_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "pybridge.toml").write_bytes(b'\xef\xbb\xbfmainLanguage = "de"\r\n')
    assert read_settings(tmp_path).main_language == "de"


def test_names_are_relative_to_the_project(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert project.name_of(tmp_path / "posts" / "a.md") == "posts/a.md"
    assert BuiltIns().name_of(Path.cwd() / "a.md") == "a.md"
    assert project.name_of(Path("/nowhere/a.md")) == "/nowhere/a.md"


@pytest.mark.parametrize(
    ("meta", "settings", "expected"),
    [
        pytest.param('{"mainLanguage": "de"}', "", "de", id="of-the-application"),
        pytest.param('{"mainLanguage": "de"}', 'mainLanguage = "fr"', "fr", id="own-settings-win"),
        pytest.param('{"mainLanguage": 3}', "", "en", id="no-text"),
        pytest.param('{"mainLanguage": " "}', "", "en", id="blank"),
        pytest.param("[" * 100_000, "", "en", id="deep"),
        pytest.param('["de"]', "", "en", id="no-object"),
    ],
)
def test_the_language_of_the_application(
    tmp_path: Path, meta: str, settings: str, expected: str
) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta" / "project.json").write_text(meta)
    (tmp_path / "scripts").mkdir()
    if not settings:
        assert read_settings(tmp_path).main_language == expected
    (tmp_path / "pybridge.toml").write_text(settings)
    assert read_settings(tmp_path).main_language == expected


@pytest.mark.parametrize(
    ("meta", "warning"),
    [
        pytest.param(b"{}", None, id="empty"),
        pytest.param(b'\xef\xbb\xbf{"mainLanguage": "de", "other": [1]}', None, id="good"),
        pytest.param(b'{"mainLanguage": null}', None, id="null"),
        pytest.param(b'{"a": 1,\n "b" 2}', "project.json:2:6: not JSON", id="no-json"),
        pytest.param(b"", "project.json:1:1: not JSON", id="nothing"),
        pytest.param(b"{'mainLanguage': 'de'}", "project.json:1:2: not JSON", id="single-quotes"),
        pytest.param(
            b'{"mainLanguage": "d\xfc"}', "project.json:1:20: not valid UTF-8", id="latin-1"
        ),
        pytest.param(b"[" * 100_000, "not JSON: nested", id="deep"),
        pytest.param(b'"' + b"x" * (1 << 20) + b'"', "project.json", id="huge"),
        pytest.param(b'["de"]', "an object was expected", id="list"),
        pytest.param(b'{"mainLanguage": 3}', "mainLanguage must be a text", id="number"),
        pytest.param(b'{"blogmarkCategory": ["x"]}', "blogmarkCategory must be a text", id="texts"),
    ],
)
def test_what_the_application_keeps_and_cannot_be_used_is_named(
    tmp_path: Path, meta: bytes, warning: str | None
) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta" / "project.json").write_bytes(meta)
    for settings in ("", 'mainLanguage = "fr"'):
        (tmp_path / "pybridge.toml").write_text(settings)
        found = read_settings(tmp_path).warnings
        assert len(found) == (warning is not None)
        assert all(str(warning) in each and each.endswith(", ignored") for each in found)


def test_without_an_application_nothing_is_said(tmp_path: Path) -> None:
    assert read_settings(tmp_path).warnings == ()
    (tmp_path / "meta").write_text("a file")
    assert read_settings(tmp_path).warnings == ()
    (tmp_path / "meta").unlink()
    (tmp_path / "meta").mkdir()
    assert read_settings(tmp_path).warnings == ()
    (tmp_path / "meta" / "project.json").mkdir()
    assert "directory" in read_settings(tmp_path).warnings[0]


@pytest.mark.parametrize("language", ["de", 'a"b\\', "日本語", "en"])
def test_init_keeps_the_language_of_the_application(tmp_path: Path, language: str) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta" / "project.json").write_text(json.dumps({"mainLanguage": language}))
    fill(tmp_path)
    assert read_settings(tmp_path).main_language == language
