"""The tools over the protocol: the SDK's client, a real process, both eras."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from pybridge import abi
from tests.unit.mcp.conftest import ERAS, Assistant, connected

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("era", ERAS)
def test_both_eras_list_and_call_the_tools(era: str, tmp_path: Path) -> None:
    with connected(cwd=tmp_path, mode=era) as assistant:

        async def listing() -> Any:
            return await assistant.client.list_tools()

        tools = {tool.name: tool for tool in assistant.portal.call(listing).tools}
        assert {"run_python", "python_sandbox", "render", "transform", "python_tools.ping",
                "rzn.worker.health", "example.echo"} <= tools.keys()  # fmt: skip
        assert tools["run_python"].output_schema["required"]
        assert assistant.run("6 * 7")["value"] == 42
        for name in ("python_tools.ping", "python_tools/ping", "python_tools_ping"):
            assert assistant.call(name).content[0].text == "pong"


@pytest.mark.parametrize(
    ("code", "status", "value", "stdout"),
    [
        pytest.param("print('a\\nb')", "ok", None, "a\nb\n", id="an escape in a text"),
        pytest.param('x = """\n    a\nb"""\nx', "ok", "\n    a\nb", "", id="indented text"),
        pytest.param("result = {'n': [1, 2.5, None, True]}\n5", "ok", {"n": [1, 2.5, None, True]}, "", id="result"),
        pytest.param("[b'x', {1}, float('nan'), (1,)]", "ok",
                     [{"type": "bytes", "encoding": "base64", "data": "eA=="}, {"type": "set", "repr": "{1}"},
                      {"type": "float", "repr": "nan"}, [1]], "", id="what JSON lacks"),
        pytest.param("import random, statistics, csv, zipfile\nstatistics.mean([1, 3])", "ok", 2, "", id="the standard library"),
        pytest.param("open('x', 'w').write('1')\nopen('x').read()", "ok", "1", "", id="files"),
        pytest.param("import sys\nprint('a')\nsys.exit(0)", "ok", None, "a\n", id="exit 0"),
        pytest.param("import sys\nsys.exit(3)", "error", None, "", id="exit 3"),
        pytest.param("import os\nprint('a', flush=True)\nos._exit(0)", "failed", None, "a\n", id="os._exit"),
        pytest.param("class A:\n def __repr__(self): raise OSError\nA()", "ok",
                     {"type": "A", "repr": "<A: its repr raised OSError>"}, "", id="evil repr"),
    ],
)  # fmt: skip
def test_outcomes(assistant: Assistant, code: str, status: str, value: Any, stdout: str) -> None:
    done = assistant.run(code)
    assert (done["status"], done["value"], done["stdout"]) == (status, value, stdout)
    assert abi.validate("run-result", done) == []


@pytest.mark.parametrize(
    ("code", "kind", "message", "line"),
    [
        pytest.param("a = 1\nb = a / 0", "ZeroDivisionError", "division by zero", 2, id="raised"),
        pytest.param("def f():\n    g()\n\ndef g():\n    [][0]\n\nf()", "IndexError", "list index out of range", 5, id="inner"),
        pytest.param("x =\n", "SyntaxError", "invalid syntax", 1, id="syntax"),
        pytest.param("import numpy", "ModuleNotFoundError", "No module named 'numpy'", 1, id="import"),
    ],
)  # fmt: skip
def test_errors_have_type_message_line_and_traceback(
    assistant: Assistant, code: str, kind: str, message: str, line: int
) -> None:
    error = assistant.run(code)["error"]
    assert (error["type"], error["message"], error["line"]) == (kind, message, line)
    assert f'File "main.py", line {line}' in error["traceback"]
    assert "guest.py" not in error["traceback"]


def test_inputs_arguments_and_files_are_data_never_source(assistant: Assistant) -> None:
    nasty = '"); import os #\'""" \\ {x} \u2028 \x01'
    code = (
        "import sys\n[inputs, sys.argv[1:], sys.stdin.read(), open(INPUT_DIR + '/a/b.txt').read()]"
    )
    done = assistant.run(
        code, inputs={nasty: nasty}, args=[nasty], stdin=nasty, files={"a/b.txt": nasty}
    )
    assert done["value"] == [{nasty: nasty}, [nasty], nasty, nasty]


def test_long_output_is_cut_in_the_middle_and_whole_as_a_resource(assistant: Assistant) -> None:
    done = assistant.run("for n in range(20000): print(n)\nresult = 'é' * 40000")
    assert done["truncated"] == {"stdout": True, "stderr": False, "value": True}
    assert len(done["stdout"].encode()) <= 32 * 1024
    assert done["stdout"].startswith("0\n1\n")
    assert done["stdout"].endswith("19999\n")
    outputs = {each["name"]: each for each in done["outputs"]}
    whole = "".join(f"{n}\n" for n in range(20000))
    assert assistant.read(outputs["stdout"]["uri"]).text == whole
    assert assistant.read(f"{outputs['stdout']['uri']}?offset=2&length=2").text == "1\n"
    assert assistant.read(outputs["value.json"]["uri"]).text == f'"{"é" * 40000}"'


def test_artifacts_are_links_with_type_size_and_hash(assistant: Assistant) -> None:
    code = f"import os\nos.mkdir(OUTPUT_DIR + '/b')\nopen(OUTPUT_DIR + '/b/p.png', 'wb').write({PIXEL!r})\nopen(OUTPUT_DIR + '/ü.csv', 'w').write('a,b')"
    answer = assistant.call("run_python", {"code": code})
    artifacts = {each["name"]: each for each in answer.structured_content["artifacts"]}
    assert artifacts["b/p.png"]["mimeType"] == "image/png"
    assert artifacts["ü.csv"]["size"] == 3
    assert artifacts["ü.csv"]["sha256"] == hashlib.sha256(b"a,b").hexdigest()
    assert base64.b64decode(assistant.read(artifacts["b/p.png"]["uri"]).blob) == PIXEL
    assert [each.type for each in answer.content] == [
        "text",
        "image",
        "resource_link",
        "resource_link",
    ]
    again = assistant.run(
        "open(INPUT_DIR + '/t.csv').read()", files={"t.csv": {"uri": artifacts["ü.csv"]["uri"]}}
    )
    assert again["value"] == "a,b"


def test_runs_share_nothing(assistant: Assistant) -> None:
    assistant.run("import json, os\njson.x = 1\nx = 1\nopen('/tmp/left', 'w').write('1')")
    done = assistant.run(
        "import json, os\n['x' in globals(), hasattr(json, 'x'), os.path.exists('/tmp/left')]"
    )
    assert done["value"] == [False, False, False]


def test_a_timeout_ends_the_work_and_keeps_what_was_written(assistant: Assistant) -> None:
    code = "open(OUTPUT_DIR + '/a', 'w').write('1')\nprint('early', flush=True)\nwhile True: pass"
    done = assistant.run(code, timeout_seconds=6)
    assert (done["status"], done["stdout"]) == ("timeout", "early\n")
    assert [each["name"] for each in done["artifacts"]] == ["a"]
    assert done["limits"]["timeoutMs"] == 6000


def test_progress_is_told_while_code_runs(assistant: Assistant) -> None:
    told: list[tuple[float, str | None]] = []

    async def on_progress(progress: float, _: float | None, message: str | None) -> None:
        told.append((progress, message))

    code = "import time\ntime.sleep(5)"
    assistant.call("run_python", {"code": code}, progress_callback=on_progress)
    assert len(told) >= 2
    assert [each[0] for each in told] == sorted(each[0] for each in told)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        pytest.param("run_python", {}, "code", id="missing"),
        pytest.param("run_python", {"code": "1", "network": "all"}, "network", id="unknown"),
        pytest.param("run_python", {"code": 1}, "code", id="type"),
        pytest.param("run_python", {"code": "1", "timeout_seconds": 601}, "timeout_seconds", id="too long"),
        pytest.param("run_python", {"code": "x" * (1 << 20) + "x"}, "code", id="too large"),
        pytest.param("run_python", {"code": "1", "files": {"../x": "1"}}, "..", id="path"),
        pytest.param("run_python", {"code": "1", "files": {"x": {"base64": "?"}}}, "base64", id="content"),
        pytest.param("run_python", {"code": "1", "files": {"x": {"uri": "pybridge://run/1/x"}}}, "kept", id="gone"),
        pytest.param("python_sandbox", {"code": "1", "mode": "x"}, "mode", id="other tool"),
        pytest.param("nothing", {}, "run_python", id="no tool"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_by_name(
    assistant: Assistant, tool: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(MCPError) as caught:
        assistant.call(tool, arguments)
    assert caught.value.error.code == -32602
    assert said in caught.value.error.message


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("x =", "error: Syntax error in Python code: invalid syntax (line 1)", id="syntax"),
        pytest.param("{}['a']", "error: Runtime error during execution: KeyError: 'a'", id="runtime"),
        pytest.param("while 1: pass", "error: Execution timeout exceeded: took longer than 1 s", id="timeout"),
        pytest.param("x = 'x' * (1 << 30)", "error: Memory limit exceeded: the code asked for more than it may have", id="memory"),
        pytest.param("result = inputs", 'result:\n{\n  "a": 1\n}', id="result"),
        pytest.param("print(1)", "stdout:\n1\n", id="stdout"),
        pytest.param("pass", "ok", id="nothing"),
    ],
)  # fmt: skip
def test_the_sandbox_tool_speaks_as_hosts_know_it(
    assistant: Assistant, code: str, text: str
) -> None:
    arguments = {"code": code, "inputs": {"a": 1}, "timeout_seconds": 1 if "while" in code else 30}
    answer = assistant.call("python_sandbox", arguments)
    assert answer.content[0].text == text
    assert answer.is_error == text.startswith("error")
    assert answer.structured_content["execution_mode"] == "wasi"


def test_a_resource_that_is_not_there_says_so(assistant: Assistant) -> None:
    for uri in ("pybridge://run/x/y", "pybridge://run/../../etc/passwd", "file:///etc/passwd"):
        with pytest.raises(MCPError, match="kept"):
            assistant.read(uri)
