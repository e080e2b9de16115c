"""Whatever is done to the scripts, and wherever it breaks off: the index is right, nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.history import History
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.watch import FolderSignals, settled
from pybridge.scripts_store.workspace import INDEX, Workspace
from tests.amounts import amount
from tests.property.faults import Died, Fault, FaultyDisk, files
from tests.unit.store.conftest import header, rows

END = "# the end\n"
NAMES = ("a", "b", "c", "deep/d")


@dataclass(frozen=True)
class Step:
    """One thing that happens to a project."""

    act: str
    one: str
    other: str
    text: int
    fault: Fault
    at: int


def content(number: int, name: str) -> str:
    """A script; some have a header, some share ids and slugs."""
    body = f"def render(context):\n    return {{'text': '{number}'}}\n{END}"
    if number % 3 == 0:
        return body
    slug = "same" if number % 7 == 1 else Path(name).name
    return header(id=f"id-{number % 4}", slug=slug, title=f"T {number}", kind="macro", version=1) + body  # fmt: skip


def edit(store: ScriptStore, step: Step) -> None:
    path = store.root / "scripts" / f"{step.one}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content(step.text, step.one))


def move(store: ScriptStore, step: Step) -> None:
    old, new = (store.root / "scripts" / f"{name}.py" for name in (step.one, step.other))
    if old.exists() and not new.exists():
        new.parent.mkdir(exist_ok=True)
        old.rename(new)


def drop(store: ScriptStore, step: Step) -> None:
    (store.root / "scripts" / f"{step.one}.py").unlink(missing_ok=True)


def spoil(store: ScriptStore, step: Step) -> None:
    (store.root / "scripts" / f"{step.one}.py").write_bytes(b"\xff broken\n" + END.encode())


def forget(store: ScriptStore, step: Step) -> None:
    for suffix in ("", "-wal", "-shm"):
        (store.root / f"{INDEX}{suffix}").unlink(missing_ok=True)


def document(store: ScriptStore, step: Step) -> None:
    (store.root / f"{Path(step.other).name}.md").write_text(f"[[{Path(step.one).name}]] [[same]]\n")


def path_of(step: Step) -> str:
    return f"scripts/{step.one}.py"


def new_slug(step: Step) -> str:
    return Path(step.other).name


OUTSIDE: dict[str, Callable[[ScriptStore, Step], object]] = {
    "edit": edit, "move": move, "drop": drop, "spoil": spoil, "forget": forget, "document": document,
}  # fmt: skip
INSIDE: dict[str, Callable[[ScriptStore, Step], object]] = {
    "sync": lambda store, _: sync(store.workspace),
    "create": lambda store, step: store.create(new_slug(step), "macro", body=END),
    "title": lambda store, step: store.update(path_of(step), {"title": str(step.text)}, header=True),
    "rewrite": lambda store, step: store.update(path_of(step), content=content(step.text, step.one)),
    "rename": lambda store, step: store.rename(path_of(step), new_slug(step), update_documents=True),
    "delete": lambda store, step: store.delete(path_of(step)),
    "restore": lambda store, step: store.restore(path_of(step)),
}  # fmt: skip

steps = st.builds(
    Step,
    act=st.sampled_from([*OUTSIDE, *INSIDE, "edit", "sync", "title", "rename"]),
    one=st.sampled_from(NAMES),
    other=st.sampled_from(NAMES),
    text=st.integers(0, 30),
    fault=st.sampled_from(["none", "none", "dies", "full"]),
    at=st.integers(0, 40),
)


@contextlib.contextmanager
def new_workspace() -> Iterator[Workspace]:
    folder = Path(tempfile.mkdtemp(prefix="pybridge-"))
    try:
        (folder / "scripts" / "deep").mkdir(parents=True)
        yield Workspace(Project(folder))
    finally:
        shutil.rmtree(folder)


def happen(workspace: Workspace, step: Step) -> None:
    """Let one step happen; what pybridge replaces must be somewhere afterwards."""
    store = ScriptStore(workspace.with_disk(FaultyDisk(step.fault, step.at)))
    if step.act in OUTSIDE:
        OUTSIDE[step.act](store, step)
        return
    before = files(store.root / "scripts")
    with contextlib.suppress(PybridgeError, Died):
        INSIDE[step.act](store, step)
    after = files(store.root / "scripts")
    history = History(store.root, Disk())
    for path, raw in before.items():
        is_kept = raw in after.values() or history.content(hashlib.sha256(raw).hexdigest()) == raw
        assert is_kept, f"{step}: {path} is lost"
    for path, raw in after.items():
        assert raw.endswith(END.encode()), f"{step}: {path} is half a file"


def assert_index_is_right(workspace: Workspace) -> None:
    sync(workspace)
    synced = rows(workspace)
    sync(workspace, fresh=True)
    assert rows(workspace) == synced
    forget(ScriptStore(workspace), Step("", "", "", 0, "none", 0))
    sync(workspace)
    assert rows(workspace) == synced


BOUNDED = settings(
    max_examples=amount(40, 500),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@BOUNDED
@given(st.lists(steps, min_size=3, max_size=14))
def test_after_a_sync_the_index_is_as_if_made_anew(story: list[Step]) -> None:
    with new_workspace() as workspace:
        for step in story:
            happen(workspace, step)
        assert_index_is_right(workspace)


@settings(BOUNDED, max_examples=amount(4, 40))
@given(st.lists(steps, min_size=10, max_size=25))
def test_so_it_is_with_a_watcher_at_work(story: list[Step]) -> None:
    with new_workspace() as workspace, FolderSignals(workspace.root) as signals:
        failures: list[BaseException] = []

        def watch() -> None:
            try:
                for _ in settled(signals, quiet_s=0.002, longest_s=0.02):
                    with contextlib.suppress(PybridgeError):
                        sync(workspace)
            except BaseException as error:
                failures.append(error)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for step in story:
                if step.act != "forget":  # an index is not deleted under a running process
                    happen(workspace, step)
        finally:
            signals.close()
            watcher.join()
        assert failures == []
        assert_index_is_right(workspace)


STRIDE = amount(3, 1)
"""Of the steps of an act, every how many is tried as the last."""


@pytest.mark.parametrize("act", sorted(INSIDE))
@pytest.mark.parametrize("fault", ["dies", "full"])
def test_every_single_step_may_be_the_last(act: str, fault: Fault) -> None:
    first = 0 if fault == "dies" else 1
    for at in range(first if STRIDE > 1 else 0, steps_of(act) + 1, STRIDE):
        with new_workspace() as workspace:
            for name, number in (("a", 1), ("deep/d", 2)):
                edit(ScriptStore(workspace), Step("edit", name, "", number, "none", 0))
            document(ScriptStore(workspace), Step("", "a", "b", 0, "none", 0))
            happen(workspace, Step("title", "a", "b", 4, "none", 0))
            edit(ScriptStore(workspace), Step("edit", "c", "", 3, "none", 0))
            happen(workspace, Step(act, "a", "b", 8, fault, at))
            assert_index_is_right(workspace)


def steps_of(act: str) -> int:
    """How many steps it takes when nothing fails."""
    with new_workspace() as workspace:
        edit(ScriptStore(workspace), Step("edit", "a", "", 1, "none", 0))
        document(ScriptStore(workspace), Step("", "a", "b", 0, "none", 0))
        happen(workspace, Step("title", "a", "b", 4, "none", 0))
        disk = FaultyDisk()
        with contextlib.suppress(PybridgeError):
            INSIDE[act](ScriptStore(workspace.with_disk(disk)), Step(act, "a", "b", 8, "none", 0))
        return disk.steps
