"""Workers with another pybridge or another project refuse work, and errors reach the program that sent it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import pybridge
from pybridge.batch import ContentDiffers, content_of, render_partition
from pybridge.errors import DocumentUnreadable, PybridgeError, RemoteError, UsageError, all_errors
from tests.unit.library.test_runtime import write_tree

FILES = {
    "pybridge.toml": "",
    "scripts/greet.py": "def render(context):\n    return {'text': 'x'}\n",
    "posts/a.md": "---\ntags: [a]\n---\nText\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_tree(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "text", "differs"),
    [
        ("scripts/greet.py", "def render(context):\n    return {'text': 'y'}\n", True),
        ("scripts/other.py", "def render(context):\n    return {}\n", True),
        ("pybridge.toml", 'mainLanguage = "de"\n', True),
        ("pybridge.lock", "{}", True),
        ("posts/a.md", "---\ntags: [b]\n---\nText\n", True),
        ("posts/a.md", "---\ntags: [a]\n---\nOther text\n", False),
    ],
    ids=["script", "new script", "settings", "lock", "tags", "text"],
)
def test_the_content_is_what_documents_get(
    project: Path, path: str, text: str, differs: bool
) -> None:
    before = content_of(project)
    write_tree(project, {path: text})
    assert (content_of(project) != before) is differs


def test_the_place_of_a_project_does_not_count(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    write_tree(other, FILES)
    assert content_of(other) == content_of(project)


def test_a_worker_refuses_other_content(project: Path) -> None:
    expected = content_of(project)
    write_tree(project, {"scripts/greet.py": "x = 1\n"})
    with pytest.raises(ContentDiffers, match="the project of this worker differs"):
        render_partition(["x"], project=project, engine="native", content=expected)
    with pytest.raises(ContentDiffers) as raised:
        render_partition(["x"], engine="native", content="0.0.9 abc")
    assert (
        raised.value.what()
        == f"this worker has pybridge {pybridge.__version__}, the work needs 0.0.9"
    )


MADE: list[Callable[[], PybridgeError]] = [
    lambda: UsageError("wrong", "hint"),
    lambda: UsageError(problem="wrong", hint="hint"),
    lambda: ContentDiffers(expected="1 a", found="2 b"),
    lambda: RemoteError({"code": "deadline", "message": "slow"}),
    lambda: DocumentUnreadable.of(Path("a.md"), FileNotFoundError()),
    lambda: PybridgeError("text"),
]


@pytest.mark.parametrize("make", MADE)
def test_an_error_is_the_same_in_the_process_that_gets_it(
    make: Callable[[], PybridgeError],
) -> None:
    error = make()
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert (copied.args, copied.to_json(), str(copied)) == (error.args, error.to_json(), str(error))


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_can_be_pickled_with_its_fields(kind: type[PybridgeError]) -> None:
    error = kind.__new__(kind)
    fields = {name: f"value of {name}" for name in getattr(kind, "__dataclass_fields__", {})}
    vars(error).update(fields)
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is kind
    assert vars(copied) == fields
