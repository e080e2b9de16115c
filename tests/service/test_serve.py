from __future__ import annotations

import itertools
import json
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.rpc.outbox import MOST_BYTES
from pybridge.rpc.stdio import MESSAGE_BYTES
from pybridge.scripts_store.seed import shipped
from pybridge.service.order import READERS
from tests.service.conftest import MACRO, sha256
from tests.service.processes import Served


def test_starting_brings_the_missing_defaults_and_not_the_deleted_ones(root: Path) -> None:
    with Served(root) as served:
        assert {each["action"] for each in served.call("project.info")["defaults"]} == {"current"}
        served.call("scripts.delete", name="vimeo")
        served.end_input()
        assert served.ended() == 0
    assert len(list((root / "scripts").glob("*.py"))) == len(shipped())
    with Served(root) as served:
        actions = {each["slug"]: each["action"] for each in served.call("project.info")["defaults"]}
    assert actions["vimeo"] == "deleted"
    assert not (root / "scripts" / "vimeo.py").exists()


def test_what_was_asked_before_the_end_is_answered_and_nothing_else_is_printed(root: Path) -> None:
    with Served(root) as served:
        asked = [served.ask("scripts.list") for _ in range(20)]
        served.write(b'{"jsonrpc": "2.0", "id": 99, "method": "project.info"}')  # no line end
        served.end_input()
        assert sorted(message["id"] for message in served.rest()) == [*asked, 99]
        assert served.ended() == 0
        assert served.log == []


@pytest.mark.parametrize(
    ("raw", "number", "code"),
    [
        pytest.param(b"nonsense\n", -32700, "schema", id="no-json"),
        pytest.param(b'{"jsonrpc": "2.0", "id": NaN}\n', -32700, "schema", id="nan"),
        pytest.param(b"\xff\xfe\n", -32700, "schema", id="no-utf-8"),
        pytest.param(b"[" * 100_000 + b"\n", -32700, "schema", id="deep"),
        pytest.param(b'"' + b"x" * MESSAGE_BYTES + b'"\n', -32600, "input-limit", id="huge"),
        pytest.param(b"[" + b"[]," * 1_000_001 + b"1]\n", -32600, "input-limit", id="many-values"),
        pytest.param(b"[]\n", -32600, "schema", id="empty-batch"),
    ],
)
def test_bad_input_is_answered_and_the_next_request_too(
    root: Path, raw: bytes, number: int, code: str
) -> None:
    with Served(root) as served:
        served.write(raw)
        answer = served.until(lambda message: "error" in message)
        assert (answer["id"], answer["error"]["code"]) == (None, number)
        assert answer["error"]["data"]["code"] == code
        assert abi.validate("error", answer["error"]["data"]) == []
        assert served.call("scripts.uses", name="map")["documents"][0]["path"] == "posts/trip.md"


@pytest.mark.parametrize("number", [2**53 + 1, -(2**63), 10**30])
def test_an_id_comes_back_as_it_was_sent(root: Path, number: int) -> None:
    with Served(root) as served:
        served.send({"jsonrpc": "2.0", "id": number, "method": "project.info"})
        assert "result" in served.until(lambda message: message.get("id") == number)


def test_a_client_that_stops_reading_costs_little_memory_and_loses_no_answer(root: Path) -> None:
    many, size = 250, 2 * 1024 * 1024
    (root / "posts" / "large.md").write_text("x" * size, "utf-8")
    with Served(root, reads=False) as served:
        served.ask("project.info")
        for _ in range(many):
            served.ask("documents.read", path="posts/large.md")
        peak = _settled_memory(served)
        in_threads = (READERS + 1) * 8 * size  # each holds its document a few times over
        assert peak < 100 * 1024 * 1024 + MOST_BYTES + in_threads < many * size
        served.start_reading()
        served.end_input()
        rest = served.rest()
        assert sorted(message["id"] for message in rest) == list(range(1, many + 2))
        assert served.ended() == 0


def _settled_memory(served: Served) -> int:
    """Return the memory of the service once it does not grow any more."""
    sizes = [0]
    while len(sizes) < 100:
        time.sleep(0.1)
        sizes.append(_memory(served))
        if len(sizes) > 20 and sizes[-1] <= sizes[-15]:
            break
    return max(sizes)


def _memory(served: Served) -> int:
    if sys.platform != "linux":
        return 0
    fields = Path(f"/proc/{served.process.pid}/statm").read_text().split()
    return int(fields[1]) * 4096


def test_a_client_that_never_reads_again_does_not_keep_it_from_ending(root: Path) -> None:
    with Served(root, reads=False) as served:
        (root / "posts" / "large.md").write_text("x" * 2_000_000, "utf-8")
        for _ in range(50):
            served.ask("documents.read", path="posts/large.md")
        served.end_input()
        assert served.ended() == 0


def test_a_reader_that_goes_ends_it(root: Path) -> None:
    with Served(root, reads=False) as served:
        assert served.process.stdout is not None
        served.process.stdout.close()
        served.ask("scripts.list")
        assert served.ended() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_it_ends_at_once_when_told_to(root: Path) -> None:
    with Served(root) as served:
        served.call("check.source", path="scripts/a.py", content="x = 1\n")  # the engine runs
        served.process.send_signal(signal.SIGTERM)
        assert served.ended() == 143
        assert "Traceback" not in "".join(served.log)


def test_changes_outside_are_told_once_they_have_come_to_rest(root: Path) -> None:
    with Served(root) as served:
        served.call("project.info")
        (root / "scripts" / "map.py").write_text("x = 1\n", "utf-8")
        assert served.event("scripts.changed")["changed"] == ["scripts/map.py"]
        (root / "scripts" / "map.py").rename(root / "scripts" / "atlas.py")
        while not (told := served.event("scripts.changed"))["moved"]:
            pass  # A write is two steps, the second of which may come after the first has come to rest.
        assert told["moved"] == [{"from": "scripts/map.py", "to": "scripts/atlas.py"}]
        (root / "posts" / "trip.md").unlink()
        assert served.event("documents.changed") == {"changed": [], "removed": ["posts/trip.md"]}
        (root / "pybridge.toml").write_text('mainLanguage = "de"\n', "utf-8")
        assert served.event("project.changed") == {}
        (root / "media").mkdir()
        (root / "media" / "a.jpg.meta").write_text("---\nid: m1\n---\n", "utf-8")
        assert served.event("project.changed") == {}
        served.call("index.sync")
        assert served.event("index.synced")["problems"] == []


def test_watching_leaves_the_difference_for_the_author_to_see(root: Path) -> None:
    with Served(root) as served:
        served.call("index.sync")
        (root / "scripts" / "map.py").write_text("x = 1\n", "utf-8")
        served.event("scripts.changed")
        assert not served.call("index.diff")["same"]


def test_a_project_that_goes_is_said_and_so_is_its_return(root: Path) -> None:
    away = root.with_name("away")
    with Served(root) as served:
        served.call("project.info")
        root.rename(away)
        error = served.event("project.unavailable")["error"]
        assert (error["code"], abi.validate("error", error)) == ("unavailable", [])
        for method, params in (
            ("scripts.list", {}),
            ("scripts.create", {"title": "x"}),
            ("documents.read", {"path": "posts/trip.md"}),
            ("index.rebuild", {}),
        ):
            assert served.call(method, **params)["code"] == "unavailable", method
        assert not root.exists(), "nothing makes the folder anew"
        away.rename(root)
        served.event("project.changed")
        assert served.call("scripts.read", name="map")["content"] == MACRO
        (root / "scripts" / "map.py").write_text("x = 2\n", "utf-8")
        assert "scripts/map.py" in served.event("scripts.changed")["changed"]
        shutil.rmtree(root)
        served.event("project.unavailable")
        served.end_input()
        assert served.ended() == 0


def test_two_services_of_one_project_never_overwrite_one_another(root: Path) -> None:
    rounds = 12

    def add(served: Served, name: str) -> int:
        """Add lines to one file, each time to what is there; return how often it had to look again."""
        tries = 0
        for number in range(rounds):
            while True:
                read = served.call("scripts.read", name="map")
                content = f"{read['content']}# {name} {number}\n"
                expected = read["script"]["sha256"]
                done = served.call("scripts.write", name="map", content=content, expected=expected)
                if "change" in done:
                    break
                assert done["code"] == "conflict", done
                tries += 1
        return tries

    with Served(root) as one, Served(root) as two, ThreadPoolExecutor(2) as pool:
        one.call("project.info")
        two.call("project.info")
        list(pool.map(add, (one, two), ("one", "two")))
        assert "scripts/map.py" in one.event("scripts.changed")["changed"]
        assert "scripts/map.py" in two.event("scripts.changed")["changed"]
    lines = (root / "scripts" / "map.py").read_text("utf-8").removeprefix(MACRO).splitlines()
    assert sorted(lines) == sorted(f"# {n} {i}" for n in ("one", "two") for i in range(rounds))


def test_a_project_that_cannot_be_written_to_is_served_all_the_same(root: Path) -> None:
    (root / "scripts" / ".defaults.json").mkdir()  # in the way of the record
    with Served(root) as served:
        assert served.call("scripts.read", name="map")["content"] == MACRO


def test_without_a_project_it_says_so_and_does_not_start(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        assert served.ended() == 2
        assert "no project" in "".join(served.log)


def test_pipelined_writes_keep_their_order_across_the_pipe(root: Path) -> None:
    texts = [MACRO, *(f"x = {number}\n" for number in range(30))]
    with Served(root) as served:
        for before, after in itertools.pairwise(texts):
            served.ask("scripts.write", name="map.py", content=after, expected=sha256(before))
        served.end_input()
        rest: list[Any] = served.rest()
    answers = {message["id"]: message for message in rest if "id" in message}
    assert all("result" in answer for answer in answers.values()), json.dumps(rest)[:500]
    assert (root / "scripts" / "map.py").read_text("utf-8") == texts[-1]
