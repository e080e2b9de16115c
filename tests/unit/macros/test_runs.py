from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.unit.macros.host import Host


@pytest.mark.parametrize(
    ("source", "args", "result", "stdout"),
    [
        pytest.param("print('a')", [], None, "a\n", id="body"),
        pytest.param("def main():\n  print('m')\n  return {'n': 1}", [], {"n": 1}, "m\n", id="main"),
        pytest.param("def main(args): return args", ["x", "y"], ["x", "y"], "", id="main with args"),
        pytest.param("def main(args=None): return args", ["x"], ["x"], "", id="optional args"),
        pytest.param("def main(*args): return len(args)", ["x"], 1, "", id="varargs get the list"),
        pytest.param("async def main(): return 5", [], 5, "", id="async"),
        pytest.param("import sys\ndef main(): return sys.argv", ["x"], ["scripts/tool.py", "x"], "", id="argv"),
        pytest.param("def main(): return 1\nif __name__ == '__main__':\n  print('g'); main()", [], None, "g\n", id="guard"),
        pytest.param("def main(): print('m')\nmain()", [], None, "m\n", id="called by itself"),
        pytest.param("import sys\ndef main(): print('m')\nsys.exit(main())", [], None, "m\n", id="exit main"),
        pytest.param("def render(c): return 1", [], None, "", id="render never counts"),
        pytest.param(
            '"""\n---\nkind: "utility"\nentrypoint: "render"\n---\n"""\ndef render(c): return 1\ndef main(): return 2',
            [], 2, "", id="old header",
        ),
        pytest.param('"""\n---\nentrypoint: "go"\n---\n"""\ndef go(): return 3', [], 3, "", id="header"),
        pytest.param("import sys\nprint(repr(sys.stdin.read()))", [], None, "''\n", id="stdin at its end"),
        pytest.param("raise SystemExit", [], None, "", id="exit"),
        pytest.param("print('x', end='')\nraise SystemExit(0)", [], None, "x", id="exit 0"),
        pytest.param(
            "from __future__ import annotations\nimport dataclasses, pickle\n@dataclasses.dataclass\nclass P:\n  x: int\n"
            "def main(): return pickle.loads(pickle.dumps(P(4))).x",
            [], 4, "", id="classes of __main__",
        ),
    ],
)  # fmt: skip
def test_program(host: Host, source: str, args: list[str], result: Any, stdout: str) -> None:
    main = sys.modules["__main__"]
    argv = sys.argv
    ran = host.run(source, *args)
    assert (ran["status"], ran["result"], ran["stdout"], ran["stderr"]) == (
        "ok",
        result,
        stdout,
        "",
    )
    assert sys.modules["__main__"] is main
    assert sys.argv is argv


@pytest.mark.parametrize(
    ("source", "code", "message", "stderr"),
    [
        pytest.param("x = (", "syntax", "SyntaxError", "", id="syntax"),
        pytest.param("1 / 0", "exception", "ZeroDivisionError: division by zero", "", id="exception"),
        pytest.param("raise SystemExit(3)", "exception", "SystemExit: 3", "", id="exit 3"),
        pytest.param("import sys\nsys.exit('no')", "exception", "SystemExit: no", "no\n", id="exit with words"),
        pytest.param("raise KeyboardInterrupt", "exception", "KeyboardInterrupt", "", id="interrupt"),
        pytest.param("raise MemoryError", "memory", "MemoryError", "", id="memory"),
        pytest.param("import js\njs.fetch('/')", "capability", "ModuleNotFoundError: No module named 'js'", "", id="js"),
        pytest.param(
            "class E(BaseException):\n  def __getattribute__(self, n): raise OSError\nraise E",
            "exception", "scripts/tool.py raised an error that cannot be read", "", id="unreadable",
        ),
        pytest.param("def main(): return object()", "output-type", "a value of type object is not JSON", "", id="no JSON"),
        pytest.param("def main(): return float('nan')", "output-type", "nan is not JSON", "", id="NaN"),
    ],
)  # fmt: skip
def test_failing_program(host: Host, source: str, code: str, message: str, stderr: str) -> None:
    ran = host.run("print('before')\n" + source if code != "syntax" else source)
    assert (ran["status"], ran["code"], ran["result"]) == ("error", code, None)
    assert ran["error"]["message"].startswith(message)
    assert ran["stderr"] == stderr
    assert ran["stdout"] == ("" if code == "syntax" else "before\n")


def test_output_streams_as_it_comes(host: Host) -> None:
    host.run("import sys\nprint('a')\nsys.stderr.write('b')\nprint('c', end='')")
    assert [text for stream, text in host.emitted if stream == "stdout"] == ["a", "\n", "c"]
    assert ("stderr", "b") in host.emitted


def test_output_is_cut_at_the_limit(host: Host) -> None:
    host.send("limits", limits={"stdoutBytes": 1000})
    ran = host.run("for _ in range(10000): print('x' * 99)")
    assert ran["truncated"] is True
    assert ran["stdout"] == ("x" * 99 + "\n") * 10 + "\n… output cut at 1000 bytes\n"
    assert "".join(text for _, text in host.emitted) == ran["stdout"]


def test_loaded_script_runs_by_slug(host: Host) -> None:
    host.load(tool="def main(): return __name__\n")
    ran = host.send("run", script={"slug": "tool"}, args=[])[0]
    assert ran["result"] == "__main__"
    missing = host.send("run", script={"slug": "tol"}, args=[])[0]
    assert (missing["code"], missing["error"]["message"]) == ("not-found", "no script named 'tol'")


def test_two_runs_share_nothing(host: Host) -> None:
    source = "n = globals().get('n', 0) + 1\ndef main(): return n"
    assert [host.run(source)["result"] for _ in range(2)] == [1, 1]
