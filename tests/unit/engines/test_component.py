"""The WASI engine on the component: interpreters that hang, trap, lie and escape, all in one process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.engines.wasi.component import built
from pybridge.engines.wasi.component.engine import MOST_ISOLATED, library, prepare
from pybridge.errors import ComponentAbsent, IntegrityFailed, PackageMissing
from pybridge.wasi.compile import WasmFile
from tests.components import COMPONENT, needs_component
from tests.unit.engines.processes import child_dies_with_its_parent
from tests.unit.engines.supervised import supervisor_of
from tests.unit.engines.test_wasi import FAILS, LIMITS, RENDERS, brief, call, script

pytestmark = needs_component

OTHERWISE = {"stdin": "", "closes": "output-type", "deep": "exception", "flood": "timeout"}
"""What ends differently there: the streams are nobody's, and there is more stack."""

SLOW = {"flood": f"LIMITS = {{'itemS': {0.4}}}\n"}

LIES = {
    "prints": "import wit_world; wit_world.print(False, '{\"kind\":\"outcomes\"}'); return {'text': 'x'}",
    "lines": "import engine_app as e; e._session.handle = None",
    "returns": "raise_ = __import__('engine_app'); raise_._session = Fake('.a\\n.b'); return {'text': 'x'}",
    "never ends": "__import__('engine_app')._session = Fake('+'); return {'text': 'x'}",
    "runtime": "import componentize_py_runtime as c; c.call_import(0, [])",
    "drops": "import componentize_py_runtime as c; c.drop_resource(0, 0)",
}
"""What a script can do to the interpreter's own side of the conversation."""

FAKE = "class Fake:\n    def __init__(self, text): self.handle = lambda _: text; self.step = lambda: text\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine(COMPONENT, limits=LIMITS) as running:
        bodies = {**RENDERS, **{name: body for name, (body, _) in FAILS.items()}}
        scripts = [script(name, body) for name, body in bodies.items()]
        slow = [
            Script(each.path, SLOW.get(Path(each.path).stem, "") + each.content) for each in scripts
        ]
        infos = running.load(slow)
        assert [info["problems"] for info in infos] == [[]] * len(bodies)
        yield running


def channels(engine: Engine) -> list[Any]:
    supervisors: list[Supervisor] = getattr(supervisor_of(engine), "supervisors")  # noqa: B009
    return [each.channel for each in supervisors if each.channel is not None]


def processes(engine: Engine) -> set[int]:
    return {channel.pid for channel in channels(engine) if channel.is_gone is False}


@pytest.mark.parametrize("name", FAILS)
def test_a_bad_macro_never_touches_its_neighbours(engine: Engine, name: str) -> None:
    outcomes = engine.render_calls([call("ok", x="1"), call(name), call("ok", x="2")])
    expected = OTHERWISE.get(name, FAILS[name][1])
    assert [brief(each) for each in outcomes] == ["<b>1</b>", expected, "<b>2</b>"]
    assert not [problem for outcome in outcomes for problem in abi.validate("outcome", outcome)]


def test_the_guest_knows_nothing_of_the_host(engine: Engine) -> None:
    os.environ["PYBRIDGE_SECRET"] = "x"
    outcomes = engine.render_calls([call(n) for n in ("environ", "argv", "version", "engine")])
    assert [brief(each) for each in outcomes] == [
        "HOME LANG TZ",
        "([''], [''], '')",
        ".".join(built.PYTHON_VERSION.split(".")[:2]),
        "capability",  # there is no folder at all
    ]


def test_what_is_written_to_standard_streams_reaches_nobody(engine: Engine) -> None:
    outcomes = engine.render_calls([call("forge"), call("half"), call("ok")])
    assert [brief(outcome) for outcome in outcomes] == ["x", "x", "<b>ok</b>"]


def test_interpreters_share_the_hash_seed_and_no_random_numbers(engine: Engine) -> None:
    one = [brief(outcome) for outcome in engine.render_calls([call("random"), call("hash")])]
    engine.render_calls([call("loop")])  # ends the process, and so all interpreters
    other = [brief(outcome) for outcome in engine.render_calls([call("random"), call("hash")])]
    assert one[0] != other[0]
    assert one[1] == other[1]


def test_run_streams_and_is_killed_at_its_deadline(engine: Engine) -> None:
    heard: list[tuple[str, str]] = []
    source = {"path": "u.py", "content": "import sys\nprint('ö', sys.argv[1:])\nwhile True: pass"}
    ran = engine.run(source, ["a"], timeout_s=1, on_output=lambda *piece: heard.append(piece))
    assert (ran["status"], ran["code"], ran["stdout"]) == ("error", "timeout", "ö ['a']\n")
    assert "".join(text for _, text in heard) == "ö ['a']\n"
    ran = engine.run({"path": "u.py", "content": "def main(): return {'n': 1}"}, [])
    assert (ran["status"], ran["result"]) == ("ok", {"n": 1})


@pytest.mark.parametrize("way", LIES)
def test_a_script_cannot_forge_a_message(engine: Engine, way: str) -> None:
    lie = f"LIMITS = {{'itemS': 0.5}}\n{FAKE}def render(context):\n    {LIES[way]}\n"
    engine.load([Script("scripts/lie.py", lie)])
    calls = [call("ok", x="1"), call("lie"), call("lie"), call("ok", x="2")]
    first, *lies, last = engine.render_calls(calls)
    assert [brief(first), brief(last)] == ["<b>1</b>", "<b>2</b>"]
    for outcome in lies:
        assert not abi.validate("outcome", outcome)
        assert "a" not in brief(outcome) or "error" in outcome


def counting(name: str) -> Script:
    body = "class Kept: n = 0\ndef render(context):\n    Kept.n += 1\n    return {'text': str(Kept.n)}\n"
    return Script(f"scripts/{name}.py", body)


def counted(engine: Engine, *names: str) -> list[str]:
    return [brief(outcome) for outcome in engine.render_calls([call(name) for name in names])]


def test_all_interpreters_are_in_one_process_and_those_that_wait_lose_nothing() -> None:
    names = [f"s{n}" for n in range(10)]
    with open_engine(COMPONENT, limits=LIMITS) as engine:
        engine.load([*map(counting, names), script("loop", FAILS["loop"][0])])
        engine.load([script("abort", FAILS["abort"][0]), script("json", "import json; json.dumps = None; return {'text': 'x'}")])  # fmt: skip
        assert counted(engine, *names) == ["1"] * 10
        assert len(channels(engine)) == 11
        [process] = processes(engine)
        # One that traps, or is contaminated, ends alone.
        assert counted(engine, "abort", "json") == ["crash", "x"]
        assert counted(engine, *names) == ["2"] * 10
        assert processes(engine) == {process}
        # One that hangs is killed with the process; the others begin again, and nobody else is charged.
        assert counted(engine, "loop", *names) == ["timeout", *["1"] * 10]
        assert supervisor_of(engine).losses == 3
        assert process not in processes(engine)


def test_a_limited_number_of_interpreters_is_kept() -> None:
    names = [f"s{n}" for n in range(MOST_ISOLATED + 2)]
    with open_engine(COMPONENT, limits=LIMITS) as engine:
        engine.load([*map(counting, names)])
        assert counted(engine, *names) == ["1"] * len(names)
        assert len(channels(engine)) == MOST_ISOLATED + 1
        assert counted(engine, names[-1], names[0]) == ["2", "1"]


@pytest.mark.parametrize(("isolation", "interpreters"), [("script", 3), ("domain", 1)])
def test_self_contained_scripts_are_alone_unless_the_project_says_otherwise(
    isolation: Any, interpreters: int
) -> None:
    choice = EngineChoice("wasi", python="component", isolation=isolation)
    with open_engine(choice, limits=LIMITS) as engine:
        bodies = {"a": "return {'text': 'a'}", "b": "return {'text': 'b'}"}
        engine.load([script(name, body) for name, body in bodies.items()])
        assert counted(engine, "a", "b") == ["a", "b"]
        assert len(channels(engine)) == interpreters
        [document] = engine.render_documents([{"text": "[[a]] [[b]] [[a]]"}], {})
        assert document["output"] == "a b a"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_child_dies_with_its_parent(state: str) -> None:
    child_dies_with_its_parent("component", state)


def test_no_process_is_left_when_it_is_closed() -> None:
    engine = open_engine(COMPONENT, limits=LIMITS)
    [channel] = channels(engine)
    engine.close()
    assert not Path(f"/proc/{channel.pid}").exists()


def test_a_component_that_was_changed_is_not_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    changed = tmp_path / "engine.wasm"
    found = built.find()
    changed.write_bytes(found.path.read_bytes() + b"\0")
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ComponentAbsent, match="absent") as absent:
        open_engine(COMPONENT)
    assert "make component" in str(absent.value.hint)
    with pytest.raises(IntegrityFailed, match="make component"):
        prepare(WasmFile(changed, found.sha256))


def test_the_bindings_are_used_with_the_version_they_are_for(monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    assert Path(library()).is_file()
    monkeypatch.setattr("pybridge.engines.wasi.component.engine.wasmtime_version", lambda: "49.0.0")
    with pytest.raises(PackageMissing, match=r"wasmtime>=50,<51"):
        library()


def test_limits_are_those_of_each_interpreter() -> None:
    grows = "global kept; kept = bytearray(60 << 20); return {'text': 'x'}"
    with open_engine(COMPONENT, limits=Limits(memory_mib=128)) as engine:
        engine.load([script(name, grows) for name in ("a", "b", "c")])
        assert counted(engine, "a", "b", "c") == ["x"] * 3
