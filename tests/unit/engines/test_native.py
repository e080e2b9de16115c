"""The native engine: a real child process that hangs, dies and lies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.engines import open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from pybridge.errors import UnknownEngine
from tests.unit.engines.processes import child_dies_with_its_parent

LIMITS = Limits(item_s=0.4, run_s=5, compile_s=5, memory_mib=256)

MACROS = {
    "ok": "return {'html': '<b>' + context['params'].get('x', 'ok') + '</b>'}",
    "evil": "return {'html': '<img src=x onerror=alert(1)>'}",
    "half1": "return {'html': '<img src=x title=\"'}",
    "half2": "return {'html': '\" onerror=alert(1) x=\"'}",
    "loop": "while True: pass",
    "sleep": "import time; time.sleep(60)",
    "regex": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    "exit": "import os; os._exit(3)",
    "closes": "import os; os.closerange(0, 100)",
    "kill": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "memory": "return {'text': str(len(bytearray(1 << 30)))}",
    "forge": "import os; os.write(1, b'{\"kind\":\"outcomes\"}\\n'); return {'text': 'x'}",
    "fails": "return {'html': context['params']['missing']}",
    "seed": "return {'text': str(hash('a'))}",
    "environ": "import os; return {'text': ','.join(sorted(os.environ))}",
    "path": "import sys; return {'text': ' '.join(sys.path)}",
    "stdin": "import sys; return {'text': repr(sys.stdin.read())}",
}


def script(name: str, body: str) -> Script:
    return Script(f"scripts/{name}.py", f"def render(context):\n    {body}\n")


def call(name: str, **params: Any) -> dict[str, Any]:
    return {"abi": 1, "macro": {"name": name}, "params": params, "env": {"isPreview": False}}


def brief(outcome: dict[str, Any]) -> str:
    if "error" in outcome:
        return str(outcome["error"]["code"])
    return next(iter(outcome["result"].values()))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("native", limits=LIMITS) as running:
        infos = running.load([script(name, body) for name, body in MACROS.items()])
        assert [info["problems"] for info in infos] == [[]] * len(MACROS)
        assert not [problem for info in infos for problem in abi.validate("script", info)]
        yield running


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("loop", "timeout"),
        ("sleep", "timeout"),
        ("regex", "timeout"),
        ("exit", "crash"),
        ("closes", "crash"),
        ("kill", "crash"),
        ("memory", "memory"),
        ("fails", "exception"),
    ],
)
def test_a_bad_macro_never_touches_its_neighbours(engine: Engine, name: str, code: str) -> None:
    calls = [call("ok", x=str(n)) for n in range(50)]
    calls[20] = call(name)
    outcomes = engine.render_calls(calls)
    expected = [f"<b>{n}</b>" for n in range(50)]
    expected[20] = code
    assert [brief(outcome) for outcome in outcomes] == expected
    assert not [problem for outcome in outcomes for problem in abi.validate("outcome", outcome)]


@pytest.mark.parametrize("name", ["loop", "exit"])
def test_a_bad_macro_is_charged_at_its_place_in_the_document(engine: Engine, name: str) -> None:
    texts = ["a [[ok]]", f'[[ok x="1"]]\n [[{name}]] [[ok x="2"]]', "z [[ok]]"]
    documents = [{"text": text, "path": f"d{n}.md"} for n, text in enumerate(texts)]
    rendered = engine.render_documents(documents, {"env": {"isPreview": False}})
    assert [document["output"] for document in rendered] == [
        "a <b>ok</b>",
        "<b>1</b>\n  <b>2</b>",
        "z <b>ok</b>",
    ]
    [error] = rendered[1]["errors"]
    assert error["call"] == {"path": "d1.md", "line": 2, "column": 2}
    assert not [problem for document in rendered for problem in abi.validate("rendered", document)]


def test_output_is_sanitised(engine: Engine) -> None:
    outcomes = engine.render_calls([call("evil")])
    assert outcomes[0]["result"] == {"html": '<img src="x">'}
    [document] = engine.render_documents([{"text": "[[half1]][[half2]]"}], {})
    assert document["output"] == '" onerror=alert(1) x="'


def test_what_is_written_to_the_pipes_is_no_message(engine: Engine) -> None:
    assert brief(engine.render_calls([call("forge")])[0]) == "x"


def test_the_child_knows_nothing_of_the_host(engine: Engine) -> None:
    os.environ["PYBRIDGE_SECRET"] = "x"
    names = ("seed", "environ", "path", "stdin")
    seed, environ, path, stdin = map(brief, engine.render_calls([call(name) for name in names]))
    again = subprocess.run(
        [sys.executable, "-c", "print(hash('a'), end='')"],
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seed == again.stdout
    assert "PYBRIDGE_SECRET" not in environ
    assert str(Path(__file__).parents[3]) not in path.split()
    assert stdin == "''"


def test_run_streams_and_is_killed_at_its_deadline(engine: Engine) -> None:
    heard: list[tuple[str, str]] = []
    source = {"path": "u.py", "content": "import sys\nprint('out', sys.argv[1:])\nwhile True: pass"}
    ran = engine.run(source, ["a"], timeout_s=0.3, on_output=lambda *piece: heard.append(piece))
    assert (ran["status"], ran["code"], ran["stdout"]) == ("error", "timeout", "out ['a']\n")
    assert "".join(text for _, text in heard) == "out ['a']\n"
    assert not abi.validate("cli-run", ran)
    source = {"path": "u.py", "content": "def main(): return {'n': 1}"}
    ran = engine.run(source, [])
    assert (ran["status"], ran["result"]) == ("ok", {"n": 1})
    assert not abi.validate("cli-run", ran)


def test_check_never_executes(engine: Engine, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    checked = engine.check("a.py", f"open({str(marker)!r}, 'w')\ndef render(c): pass\n")
    assert (checked["problems"], marker.exists()) == ([], False)
    assert checked["script"]["kind"] == "macro"
    [problem] = engine.check("a.py", "def f(:\n")["problems"]
    assert problem["code"] == "syntax"


def test_a_script_with_a_syntax_error_leaves_the_others() -> None:
    with open_engine("native", limits=LIMITS) as running:
        running.load([script("ok", MACROS["ok"]), Script("scripts/bad.py", "def render(:\n")])
        codes = [brief(outcome) for outcome in running.render_calls([call("ok"), call("bad")])]
    assert codes == ["<b>ok</b>", "syntax"]


def test_many_macros_in_one_document(engine: Engine) -> None:
    [document] = engine.render_documents([{"text": "[[ok]]\n" * 20_000}], {})
    assert document["output"] == "<b>ok</b>\n" * 20_000


def test_unknown_engines_are_refused() -> None:
    with pytest.raises(UnknownEngine, match="wasi, browser, native"):
        open_engine("wasm")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_child_dies_with_its_parent(state: str) -> None:
    child_dies_with_its_parent("native", state)
