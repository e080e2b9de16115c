"""Scripts import packages in both engines: the same, what they may, and nothing else."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pybridge.engines import open_engine, open_for
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from pybridge.packages.script_packages import ScriptPackages

FILES = {
    "greeting/__init__.py": "from greeting.words import HELLO\n\ndef greet():\n    return HELLO\n",
    "greeting/words.py": "HELLO = 'hello'\nPLACE = __file__\n",
    "greeting/data/words.txt": "grüße\n",
    "greeting-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: Greeting\nVersion: 1.2\n",
    "space/one.py": "NAME = __name__\n",
    "circle_a.py": "import circle_b\nX = 1\n",
    "circle_b.py": "from circle_a import X\n",
    "json.py": "dumps = None\n",
    "newest.py": "type X = int\ndef f[T](x: T) -> T:\n    return x\ndef (\n",
    "needs.py": "import numpy\n",
    "optional.py": "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n",
    "breaks.py": "def f():\n    raise ValueError('no')\n",
    "asks.py": "import socket\nsocket.socket().connect(('127.0.0.1', 9))\n",
}
IMPORTS = {
    **dict.fromkeys(("greeting",), "greeting"),
    **dict.fromkeys(("space", "circle_a", "circle_b", "json", "newest", "needs", "optional", "breaks", "asks"), "odds"),
    "private": "private-things",
    "secret_words": "private-things",
}  # fmt: skip
COMMON = tuple(name for name, package in IMPORTS.items() if package != "private-things")

CALL: dict[str, Any] = {"abi": 1, "params": {}, "env": {"isPreview": False}}


def archive() -> bytes:
    files = {**FILES, "secret_words.py": "WORD = 'secret'\n", "private.py": "import secret_words\n"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, text in sorted(files.items()):
            opened.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


PACKAGES = ScriptPackages(hashlib.sha256(archive()).hexdigest(), archive, IMPORTS, COMMON)


@pytest.fixture(scope="module", params=["native", "wasi"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with open_engine(request.param, packages=PACKAGES) as opened:
        yield opened


def outcome(engine: Engine, name: str, body: str, **more: Any) -> Mapping[str, Any]:
    text = f"def render(context):\n    {body}\n"
    [info] = engine.load([Script(f"scripts/{name}.py", text, **more)])
    assert not info["problems"], info
    [found] = engine.render_calls([CALL | {"macro": {"name": name}}])
    return found


def text_of(found: Mapping[str, Any]) -> Any:
    return found["error"] if "error" in found else found["result"]["text"]


CASES = {
    "module": ("import greeting; return {'text': greeting.greet()}", "hello"),
    "submodule": ("from greeting.words import PLACE; return {'text': PLACE}", "/packages/greeting/words.py"),
    "namespace": ("import space.one; return {'text': space.one.NAME}", "space.one"),
    "standard": ("import json; return {'text': json.dumps([1])}", "[1]"),
    "optional": ("import optional; return {'text': repr(optional.numpy)}", "None"),
    "pkgutil": ("import pkgutil; return {'text': pkgutil.get_data('greeting', 'data/words.txt').decode()}", "grüße\n"),
    "resources": (
        "from importlib.resources import files; import greeting; folder = files('greeting')\n"
        "    return {'text': (folder / 'data' / 'words.txt').read_text('utf-8')"
        " + str(sorted(each.name for each in folder.iterdir()))"
        " + folder.joinpath('data', 'words.txt').open(encoding='utf-8').read()}",
        "grüße\n['data']grüße\n",
    ),
    "version": ("from importlib.metadata import version; return {'text': version('greeting')}", "1.2"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_packages_are_imported_as_from_a_folder(engine: Engine, name: str) -> None:
    body, expected = CASES[name]
    assert text_of(outcome(engine, f"ok_{name}", body)) == expected


REFUSED = {
    "other": ("import yaml", "No module named 'yaml'", "`pybridge packages add NAME` asks for one"),
    "inner": ("import greeting.absent", "No module named 'greeting.absent'", "`pybridge packages add NAME`"),
    "circle": ("import circle_a", "partially initialized module", "circle"),
    "needs": ("import needs", "No module named 'numpy'", "`pybridge packages add NAME` asks for one"),
    "newest": ("import newest", "No module named 'newest'", ""),
    "metadata": ("import importlib.metadata; importlib.metadata.version('x')", "x", ""),
    "resource": (
        "from importlib.resources import files; import greeting; files('greeting').joinpath('../x')",
        "no file ../x in a package",
        "",
    ),
    "private": (
        "import secret_words",
        "scripts of this trust domain may not import private-things",
        "`pybridge packages add private-things`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_a_named_error_with_the_command_that_asks_for_it(
    engine: Engine, name: str
) -> None:
    body, message, hint = REFUSED[name]
    error = outcome(engine, f"no_{name}", body)["error"]
    assert error["code"] == "exception", error
    assert message in error["message"]
    assert hint in error.get("hint", "")


def test_a_package_has_what_a_script_has(engine: Engine) -> None:
    if engine.name == "wasi":
        error = outcome(engine, "asks", "import asks")["error"]
        assert error["code"] == "capability"
    error = outcome(engine, "breaks", "import breaks; breaks.f()")["error"]
    assert (error["message"], error["script"]["path"]) == ("ValueError: no", "scripts/breaks.py")


def test_what_a_script_replaces_in_a_package_does_not_reach_the_next_call(engine: Engine) -> None:
    good = "import greeting; return {'text': greeting.greet()}"
    assert text_of(outcome(engine, "good", good)) == "hello"
    bad = outcome(
        engine, "bad", "import greeting; greeting.greet = lambda: 'bad'; return {'text': 'done'}"
    )
    assert text_of(bad) == "done"
    assert text_of(outcome(engine, "good", good)) == "hello"
    if engine.name == "native":
        assert [each["code"] for each in bad["warnings"]] == ["contamination"]


def test_code_outside_of_scripts_does_not_see_packages(engine: Engine) -> None:
    body = "import sys; return {'text': str([type(each).__name__ for each in sys.meta_path])}"
    assert "Packages" in text_of(outcome(engine, "finders", body))
    ran = engine.run({"path": "x.py", "content": "import greeting\nprint(greeting.greet())"}, [])
    assert ran["stdout"] == "hello\n"


@pytest.mark.parametrize("name", ["native", "wasi"])
def test_a_trust_domain_may_import_more(name: str) -> None:
    body = (
        "def render(context):\n    import private\n    return {'text': private.secret_words.WORD}\n"
    )
    scripts = [
        Script("scripts/far.py", body, domain="far", packages=("private", "secret_words")),
        Script("scripts/near.py", body),
        Script("scripts/other.py", body, domain="other"),
    ]
    with open_for(scripts, lambda: open_engine(name, packages=PACKAGES)) as engine:
        engine.load(scripts)
        calls = [CALL | {"macro": {"name": each}} for each in ("far", "near", "other")]
        far, near, other = engine.render_calls(calls)
    assert text_of(far) == "secret"
    for found in (near, other):
        assert "may not import private-things" in found["error"]["message"]


def test_the_image_is_made_once_and_a_changed_one_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path))
    made: list[int] = []

    def counted() -> bytes:
        made.append(1)
        return archive()

    packages = ScriptPackages("digest", counted, IMPORTS, COMMON)
    for changed in (False, False, True):
        if changed:
            [image] = tmp_path.rglob("packages.bin")
            image.write_bytes(image.read_bytes()[:-1])
        with open_engine("native", packages=packages, limits=Limits()) as engine:
            assert text_of(outcome(engine, "one", CASES["module"][0])) == "hello"
    assert len(made) == 2
