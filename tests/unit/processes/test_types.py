"""Parts of a wrong type are an error of ours that names the place; problems of a JSON invocation are named together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import pybridge.processes
from pybridge import abi
from pybridge.errors import Invalid
from pybridge.processes import Invocation, Processes, ProcessLimits
from pybridge.processes.completed import Completed

wrongly: Any = pybridge.processes
"""Takes arguments that the type checker refuses."""

WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "argument": (lambda host: host.spawn(["python", 1]), "/argv/1: must be text, not int"),
    "bytes argument": (lambda host: host.spawn([b"python"]), "/argv/0: must be text, not bytes"),
    "text as list": (lambda host: host.spawn("python"), "/argv: must be a list of arguments"),
    "none": (lambda host: host.spawn(None), "/argv: must be a list of arguments, not NoneType"),
    "stages": (lambda host: host.pipeline(None), "/pipeline: must be a list of commands"),
    "stage": (lambda host: host.pipeline([["a"], "b"]), "/pipeline/1: must be a list of"),
    "argument of a stage": (
        lambda host: host.pipeline([["a"], ["b", None]]),
        "/pipeline/1/1: must be text, not NoneType",
    ),
    "env": (lambda host: host.spawn(["python"], env=["A"]), "/env: must be a mapping, not list"),
    "env value": (lambda host: host.spawn(["python"], env={"A/B": 1}), "/env/A~1B: must be text"),
    "env name": (lambda host: host.spawn(["python"], env={1: ""}), "/env: the key 1 must be text"),
    "files": (lambda host: host.spawn(["python"], files=["/a"]), "/files: must be a mapping"),
    "file": (lambda host: host.spawn(["python"], files={"/a": 1}), "/files/~1a: must be text or"),
    "path": (lambda host: host.spawn(["python"], files={1: ""}), "/files: the key 1 must be text"),
    "half a character": (
        lambda host: host.spawn(["python"], files={"/a": "\ud800"}, stdin="\udc00"),
        "/files/~1a: holds half of a surrogate pair, which is not text; /stdin: holds",
    ),
    "stdin": (lambda host: host.spawn(["python"], stdin=5), "/stdin: must be text or bytes"),
    "cwd": (lambda host: host.spawn(["python"], cwd=None), "/cwd: must be text, not NoneType"),
    "limits": (lambda host: host.spawn(["python"], limits={"a": 1}), "/limits: must be Process"),
    "direct": (lambda host: host.run(wrongly.Invocation([["a", 1]])), "/argv/1: must be text, not int"),
    "direct file": (lambda host: host.start(wrongly.Invocation([["a"]], files={"/a": ""})), "/files/~1a: must be bytes"),
    "run_python": (lambda _: wrongly.run_python(1), "/argv/2: must be text, not int"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_part_of_a_wrong_type_is_named(processes: Processes, name: str) -> None:
    call, expected = WRONG[name]
    with pytest.raises(Invalid) as raised:
        call(processes)
    assert expected in raised.value.what()


@pytest.mark.parametrize("value", [-1, 1.5, float("nan"), float("inf"), "5", None, True, 2**63])
@pytest.mark.parametrize("name", ["timeout_ms", "memory_bytes", "stdout_bytes", "file_count"])
def test_a_limit_is_a_whole_number(processes: Processes, name: str, value: Any) -> None:
    with pytest.raises(Invalid, match=f"/limits/{name}: must be a whole number from 0 on"):
        processes.spawn(["python"], limits=ProcessLimits(**{name: value}))


def test_bytes_of_any_kind_are_content(processes: Processes) -> None:
    code = "import sys\nprint(sys.stdin.read(), open('/a').read())"
    given: Any = {"stdin": bytearray(b"in"), "files": {"/a": memoryview(b"file")}}
    done = processes.spawn(["python", "-c", code], **given).wait()
    assert done.stdout == "in file\n"


def problems(value: Any) -> list[str]:
    with pytest.raises(Invalid) as raised:
        Invocation.from_json(value)
    return [f"{each.pointer}: {each.message}" for each in raised.value.problems]


def test_all_problems_of_a_json_invocation_are_named() -> None:
    value: dict[str, Any] = {
        "pipeline": [["python", "a\0"], ["\ud800"]],
        "stdin": {"base64": "!"},
        "files": {"/a~b/c": "\ud800", "/d": {"base64": "?"}},
        "env": {"A=B": ""},
        "cwd": "tmp",
    }
    assert problems(value) == [
        "/stdin: not base64",
        "/files/~1a~0b~1c: holds half of a surrogate pair, which is not text",
        "/files/~1d: not base64",
    ]
    value |= {"stdin": "", "files": {"/a/../b": "", "c": ""}}
    assert [each.partition(":")[0] for each in problems(value)] == [
        "/pipeline/0/1",
        "/pipeline/1/0",
        "/env/A=B",
        "/files/~1a~1..~1b",
        "/files/c",
        "/cwd",
    ]


def test_contents_are_named_beside_what_breaks_the_schema() -> None:
    found = problems({"argv": [], "stdin": {"base64": "!"}, "more": 1, "files": {"/a": 1}})
    assert sorted(each.partition(":")[0] for each in found) == [
        "/argv",
        "/files/~1a",
        "/more",
        "/stdin",
    ]
    values: tuple[Any, ...] = (
        None,
        [],
        1,
        "",
        {"files": []},
        {"stdin": []},
        {"argv": ["a"], "files": None},
    )
    for value in values:
        assert problems(value)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"argv": ["\0"]}, "/argv/0"),
        ({"pipeline": [["\0"]]}, "/pipeline/0/0"),
        ({"pipeline": [["a"], ["b", "\0"]]}, "/pipeline/1/1"),
        ({"argv": ["a"], "env": {"a/b~": "\0"}}, "/env/a~1b~0"),
    ],
)
def test_the_place_is_that_in_the_document(value: Any, pointer: str) -> None:
    assert [each.partition(":")[0] for each in problems(value)] == [pointer]
    assert abi.validate("invocation", value) == []


UTF8 = ("ü", "€", "😀", "a", "e\u0301")


@pytest.mark.parametrize("character", UTF8)
@pytest.mark.parametrize("before", [b"", b"a", b"\xff", b"\xed\xa0\x80"])
def test_output_is_cut_at_a_character(before: bytes, character: str) -> None:
    raw = character.encode()
    clean = before.decode("utf-8", "replace")
    for size in range(len(raw) + 1):
        done = Completed(0, before + raw[:size], before + raw[:size], True, True)
        for text in (done.stdout, done.stderr, done.to_json()["stdout"]):
            rest = text.removeprefix(clean)
            assert character.startswith(rest)
            assert "\ufffd" not in rest


def test_output_that_ends_in_half_a_character_by_itself_shows_so() -> None:
    assert Completed(0, "ü".encode()[:1]).stdout == "\ufffd"
