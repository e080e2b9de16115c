from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pybridge import abi, errors
from pybridge.abi.validation import AbiMismatch
from pybridge.build.errors import BuildFailed, DownloadFailed, NodeMissing
from pybridge.commands.projects.build import GeneratedStale
from pybridge.engines.browser.chromium import BrowserMissing
from pybridge.project.bookmarklet import BookmarkInvalid
from pybridge.project.discover import ProjectMissing
from pybridge.project.text import DocumentNotText
from pybridge.studio.web.ports import PortUnusable

INSTANCES = [
    errors.PybridgeError("boom"),
    errors.InternalError("x"),
    errors.UsageError("x", "y"),
    errors.UnknownEngine("webkit", ("browser", "native")),
    ProjectMissing(Path("/tmp")),
    errors.ProjectInvalid(Path("pybridge.toml"), "x"),
    errors.ScriptNotFound("yuotube", ("scripts/", "default_scripts/"), ("youtube",)),
    errors.Invalid("result", [abi.Problem("/html", "expected string, got null")]),
    errors.CallInvalid("call", [abi.Problem("", "`abi` is missing")]),
    BookmarkInvalid("x"),
    errors.JsonUnreadable("stdin", 1, 2, "x"),
    AbiMismatch(2, 1),
    errors.DocumentUnreadable(Path("a.md"), "missing"),
    DocumentNotText(Path("a.md"), 3, 7, "encoding", "byte 0xff"),
    errors.InputTooLarge("a.md", 52_428_800, 16_777_216),
    errors.OutputFailed(Path("out"), OSError(28, "No space left on device")),
    errors.Conflict("x"),
    GeneratedStale([Path("docs/abi.md")]),
    errors.BootFailed("browser", "x"),
    errors.Cancelled(),
    errors.ComponentAbsent(),
    errors.IntegrityFailed("worker.bin", "a", "b"),
    errors.EngineCrashed("browser"),
    BrowserMissing(("chromium",)),
    NodeMissing(),
    errors.RemoteError({"code": "boot", "message": "x"}),
    BuildFailed("npm", "x"),
    errors.PackageMissing("wasmtime", "pip install 'pybridge-runtime[wasi]'"),
    PortUnusable(80, "Permission denied"),
    DownloadFailed("pyodide", "x"),
]


def test_every_code_is_in_the_schemas_list() -> None:
    assert {kind.code for kind in errors.all_errors()} <= set(abi.error_codes())


@pytest.mark.parametrize("error", INSTANCES, ids=lambda error: type(error).__name__)
def test_errors_are_valid_values_with_plain_words(error: errors.PybridgeError) -> None:
    assert abi.validate("error", error.to_json()) == []
    assert error.to_json()["message"]
    assert error.to_json()["message"] in str(error)


@pytest.mark.parametrize("error", INSTANCES, ids=lambda error: type(error).__name__)
def test_errors_cross_a_process_boundary(error: errors.PybridgeError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (type(error), str(error))


def test_no_class_is_untested() -> None:
    here = {each for each in errors.all_errors() if each.__module__.startswith(errors.__name__)}
    assert {type(error) for error in INSTANCES} >= here


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.UnknownEngine("webkit", ("browser", "native")), "no engine named 'webkit' – choose one of browser, native"),
        (errors.DocumentUnreadable(Path("a.md"), "directory"), "a.md: this is a directory, a file was expected – name a file inside it"),
        (DocumentNotText(Path("a.md"), 3, 7, "nul"), "a.md:3:7: a NUL byte – save the file as UTF-8 text"),
        (errors.ScriptNotFound("x", ("scripts/",)), "no script named 'x' in scripts/"),
    ],
    ids=["engine", "directory", "nul", "script"],
)  # fmt: skip
def test_messages_name_the_place_and_a_hint(error: errors.PybridgeError, words: str) -> None:
    assert str(error) == words


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError(), "missing"),
        (IsADirectoryError(), "directory"),
        (PermissionError(), "denied"),
        (OSError(5, "Input/output error"), "broken"),
    ],
    ids=["missing", "directory", "denied", "broken"],
)
def test_operating_system_errors_are_told_in_our_words(error: OSError, reason: str) -> None:
    assert errors.DocumentUnreadable.of(Path("a.md"), error).reason == reason
