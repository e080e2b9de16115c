"""What a script cannot do, and what the page and its server never notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.conftest import Host, Lasting, OpenHost, borrowed

pytestmark = pytest.mark.every_browser

ATTEMPTS = [
    pytest.param("import js; js.fetch('http://127.0.0.1:1/x')", "capability", id="js-fetch"),
    pytest.param("import pyodide_js; pyodide_js._module", "capability", id="pyodide_js"),
    pytest.param("from pyodide.code import run_js; run_js('1')", "capability", id="run_js"),
    pytest.param("import sys; sys.modules.pop('js', None); import js", "capability", id="reimport"),
    pytest.param("from pyodide.http import open_url; open_url('/x')", "capability", id="open_url"),
    pytest.param(
        "import ctypes; ctypes.CDLL(None).emscripten_run_script_int(b'1')",
        "capability",
        id="ctypes",
    ),
    pytest.param(
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:1/')",
        "capability",
        id="urllib",
    ),
    pytest.param(
        "import socket; socket.create_connection(('127.0.0.1', 1))", "capability", id="socket"
    ),
    pytest.param("import subprocess; subprocess.run(['id'])", "capability", id="subprocess"),
    pytest.param(
        "import threading; threading.Thread(target=print).start()", "capability", id="thread"
    ),
    pytest.param("open('/tmp/pwned', 'w')", "capability", id="write-file"),
]


@pytest.fixture
def patient_host(lasting: Lasting) -> Iterator[Host]:
    with borrowed(lasting(20)) as opened:  # a first import of urllib takes its time
        yield opened


@pytest.mark.parametrize(("attempt", "code"), ATTEMPTS)
def test_an_attempt_gets_a_clean_error(patient_host: Host, attempt: str, code: str) -> None:
    host = patient_host
    host.load(bad=f"def render(context):\n    {attempt}\n    return {{'text': 'in'}}\n")
    outcome = host.call("bad")
    assert outcome["error"]["code"] == code, outcome
    host.load(good="def render(context):\n    return {'text': 'fine'}\n")
    assert host.call("good")["result"] == {"text": "fine"}


def test_the_server_sees_nothing_but_its_assets(own_host: Host) -> None:
    before = len(own_host.server.requests)
    assert {request.split()[0] for request in own_host.server.requests} == {"GET"}
    assert {request.rsplit("/", 1)[1] for request in own_host.server.requests} == {
        *("", "driver.js", "client.js", "manifest.json", "pyodide.asm.wasm", "python_stdlib.zip"),
        *("engine.zip", "snapshot.bin", "worker.bin", "scripts.bin", "frame.htm"),
    }
    source = (
        "import urllib.request\ndef render(context):\n    urllib.request.urlopen('%s/secret')\n"
    )
    own_host.load(bad=source % own_host.server.url)
    own_host.call("bad")
    own_host.do("documents", documents=[{"text": "[[bad]] [[youtube id=1]]"}], shared={})
    # A script that is not self-contained has a frame of its own.
    assert own_host.server.requests[before:] == ["GET /pybridge/frame.htm"]


def test_the_page_stays_as_it_was(own_host: Host) -> None:
    # Without those of frames, which are numbers.
    names = "() => Object.getOwnPropertyNames(globalThis).filter(isNaN).sort().join(' ')"
    before = own_host.page.evaluate(names)
    own_host.load(bad="import js\ndef render(context):\n    js.x = 1\n")
    own_host.call("bad")
    assert own_host.page.evaluate(names) == before
    assert own_host.page.evaluate("() => document.cookie + localStorage.length") == "0"
    assert own_host.console == []


def test_run_of_a_script_that_reaches_for_javascript_gets_capability(host: Host) -> None:
    source = "import js\njs.fetch('http://127.0.0.1:1/x')\n"
    outcome = host.do("run", script={"path": "scripts/x.py", "content": source}, args=[])
    assert outcome["status"] == "error"
    assert outcome["code"] == "capability"


def test_every_probe_of_the_attestation_holds(open_host: OpenHost) -> None:
    sandbox = open_host().start(spares=0)
    held = {probe["probe"]: probe["held"] for probe in sandbox["attestation"]}
    assert all(held.values()), held
    assert set(held) >= {"string-eval", "network", "storage", "nested-worker", "python-bridge"}


def test_two_workers_do_not_share_random_numbers(host: Host) -> None:
    host.load(
        dice="import random, uuid, secrets\ndef render(context):\n"
        "    return {'text': f'{random.random()} {uuid.uuid4()} {secrets.token_hex(8)}'}\n",
        bad="import os\ndef render(context):\n    os._exit(1)\n",
    )
    first = host.call("dice")["result"]["text"].split()
    host.call("bad")
    second = host.call("dice")["result"]["text"].split()
    assert all(a != b for a, b in zip(first, second, strict=True))
