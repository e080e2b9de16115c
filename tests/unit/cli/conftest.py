"""A small project, and the program in this process."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pybridge.cli import run_command

MACROS = {
    "shout": "def render(context):\n    return {'text': context['params'].get('x', '').upper() + '!'}\n",
    "broken": "def render(context):\n    return {'html': context['params']['year']}\n",
    "syntax_error": "def render(:\n",
    "loop": "def render(context):\n    while True: pass\n",
    "util": "import sys\nprint('hi', *sys.argv[1:])\nprint('oops', file=sys.stderr)\ndef main():\n    return [1]\n",
    "fails": "print('before')\nraise SystemExit(3)\n",
    "nothing": "def render(context):\n    pass\n",
    "nan": "def render(context):\n    return {'text': 'x', 'data': float('nan')}\n",
    "raw_bytes": "def render(context):\n    return {'html': b'x'}\n",
    "cyclic": "def render(context):\n    a = []\n    a.append(a)\n    return {'text': 'x', 'data': a}\n",
    "huge": "def render(context):\n    return {'text': 'x' * 5_000_000}\n",
    "both": "def render(context):\n    return {'text': 'x', 'html': 'y'}\n",
    "count": "def render(context):\n    return {'text': str(context['data']['tagUsage'])}\n",
}


@dataclass(frozen=True)
class Done:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Done]


@pytest.fixture(autouse=True)
def default_hangup() -> Iterator[None]:
    """Let SIGHUP end what tests start; under `nohup` it is ignored, and stays so in every process."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder, with a short deadline."""
    root = tmp_path / "site"
    (root / "scripts").mkdir(parents=True)
    (root / "posts" / "deep").mkdir(parents=True)
    (root / "pybridge.toml").write_text("[limits]\nitemS = 0.5\n")
    for name, text in MACROS.items():
        (root / "scripts" / f"{name}.py").write_text(text)
    (root / "posts" / "good.md").write_text(
        "---\ntitle: Good\ntags: [a]\n---\nA [[shout x=hi]] B\n"
    )
    (root / "posts" / "deep" / "bad.md").write_text("one\n\n  [[broken]] [[nope]]\n")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run a command line; the engine is the native one where there is a choice."""

    def run(*arguments: str | Path) -> Done:
        capfd.readouterr()
        words = [str(argument) for argument in arguments]
        if words and words[0] in {"render", "call", "run"} and "--engine" not in words:
            words[1:1] = ["--engine", "native"]
        code = run_command(words)
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return run
