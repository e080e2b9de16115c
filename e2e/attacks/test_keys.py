"""The wall with its keys handed over: JavaScript runs in the worker's realm, and one layer is off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.attacks.corpus import BENIGN
from e2e.attacks.devtools import DevTools
from e2e.attacks.grounds import benign_call
from e2e.attacks.weakened import ACCEPT_ANYTHING, Edits, Workshop
from e2e.conftest import QUICK
from pybridge import resources
from pybridge.engines.browser import chromium
from pybridge.engines.browser.asset_server import WORKER_POLICY, AssetServer

ESCAPE = Path(__file__).with_name("escape.js").read_text("utf-8")

SCRUBBING: Edits = {
    "worker/boot/lockdown.js": [
        ("if (!isKept(name)) remove(holder, name);", ""),
        ("return leftovers();", "return [];"),
    ]
}
GATE: Edits = {"worker/boot/import_gate.js": [("memory = lockedMemory;", "void lockedMemory;")]}
CONSOLE: Edits = {"worker/boot/serve.js": [("  silenceConsole();\n", "")]}
UNLINKING: Edits = {
    "worker/pyodide/pybridge_worker.py": [
        ("    _let_go_of_proxies()\n", ""),
        ("            del sys.modules[name]\n", "            pass\n"),
        ("    sys.modules.update(dict.fromkeys(_UNLINKED))", "    sys.modules.update({})"),
        (
            '    sys.meta_path[:] = [finder for finder in sys.meta_path if not hasattr(finder, "jsproxies")]\n',
            "",
        ),
    ]
}
POLICY_NAME: Edits = {
    "worker/boot/first.js": [('scope.trustedTypes.createPolicy("pb", {});', "void 0;")]
}
OWN_ORIGIN: Edits = {
    "host/sandbox/frame.js": [('"allow-scripts"', '"allow-scripts allow-same-origin"')]
}
TRUSTED_TYPES = [("; require-trusted-types-for 'script'; trusted-types pb", "")]
CONNECT = [("connect-src 'none'", "connect-src *")]

INERT = {"post-to-creator", "broadcast", "close"}
"""Calls that return and reach nothing at level origin: the frame does not listen to its workers, a
broadcast stays among the workers of one frame, and a worker that closes itself is replaced."""

LAYERS = [
    pytest.param({}, [], set(), id="nothing"),
    pytest.param(SCRUBBING, [], INERT, id="scrubbing"),
    pytest.param(GATE, [], set(), id="import-gate"),
    pytest.param(CONSOLE, [], set(), id="console"),
    pytest.param(UNLINKING, [], set(), id="unlinking"),
    pytest.param(POLICY_NAME, [], set(), id="policy-name"),
    pytest.param({}, TRUSTED_TYPES, set(), id="trusted-types"),
    pytest.param({}, CONNECT, set(), id="connect-src"),
    pytest.param(OWN_ORIGIN, [], set(), id="opaque-origin"),
    # Two at once: a worker inside the worker, which still has no address to send anything to.
    pytest.param(
        SCRUBBING, TRUSTED_TYPES, INERT | {"worker-blob"}, id="scrubbing-and-trusted-types"
    ),
]


@dataclass
class Escaped:
    """A page whose worker the attacker's JavaScript runs in."""

    tools: DevTools
    page: str
    server: AssetServer

    def ask(self, operation: str, **request: Any) -> Any:
        text = json.dumps(json.dumps(request))
        answer = json.loads(self.tools.evaluate(self.page, f"pybridgeCall({operation!r}, {text})"))
        assert "value" in answer, answer
        return answer["value"]

    def benign(self) -> Any:
        return self.ask("calls", calls=[benign_call()])[0]["result"]

    def in_worker(self, expression: str) -> Any:
        """Evaluate in the one worker; what it starts itself comes after it."""
        first = self.tools.until(self.tools.workers)[0]
        return self.tools.evaluate(first, expression)

    def try_everything(self) -> list[str]:
        """Return what the attacker's JavaScript reached by its own account."""
        self.in_worker(ESCAPE + "; undefined")
        return list(self.in_worker(f"tryEverything({json.dumps(self.server.url)})"))

    def in_page(self, expression: str) -> Any:
        return self.tools.evaluate(self.page, expression)

    def requests(self) -> list[str]:
        """Return the requests for anything but our own files."""
        return [
            each for each in self.server.requests if "?" in each or not each.startswith("GET /")
        ]


LISTEN = """(() => {
  globalThis.heard = [];
  new BroadcastChannel("escaped").onmessage = ({ data }) => heard.push(["broadcast", data]);
  addEventListener("message", ({ data }) => heard.push(["message", JSON.stringify(data)]));
  addEventListener("storage", ({ key }) => heard.push(["storage", key]));
})()"""

STATE = """(async () => [
  heard, document.cookie, localStorage.length,
  (await indexedDB.databases()).map(({ name }) => name), await caches.keys(),
  [...(await (await navigator.storage.getDirectory()).keys()).toArray?.() ?? []],
  Object.getOwnPropertyNames(globalThis).filter((name) => /escaped|pwned|caught/.test(name)),
  document.querySelectorAll("iframe").length,
])()"""


@pytest.fixture(scope="module")
def tools(browser: Browser) -> Iterator[DevTools]:
    program = browser.browser_type.executable_path
    with DevTools(str(chromium.find(program)), list(chromium.flags())) as opened:
        yield opened


@contextmanager
def escaped(tools: DevTools, built: Path, level: str) -> Iterator[Escaped]:
    with ExitStack() as stack:
        mounts = {"/": resources.web_worker() / "headless", "/pybridge/": built}
        server = stack.enter_context(AssetServer(mounts))
        page = tools.open(server.url + "/")
        stack.callback(tools.close, page)
        tools.until(lambda: tools.evaluate(page, "globalThis.pybridgeCall !== undefined"))
        there = Escaped(tools, page, server)
        there.in_page(LISTEN)
        there.ask("start", isolation=level, spares=0, limits={**QUICK, "itemS": 10})
        there.ask("load", scripts=[{"path": "scripts/benign.py", "content": BENIGN}])
        yield there


@pytest.mark.parametrize(("edits", "policy", "reached"), LAYERS)
def test_without_one_layer_the_others_hold(
    tools: DevTools,
    workshop: Workshop,
    tmp_path: Path,
    edits: Edits,
    policy: list[tuple[str, str]],
    reached: set[str],
) -> None:
    built = workshop.weakened(tmp_path / "built", {**ACCEPT_ANYTHING, **edits}, policy=policy)
    with escaped(tools, built, "origin") as there:
        golden, before = there.benign(), there.in_page(STATE)
        found = there.try_everything()
        assert set(found) == reached
        assert there.benign() == golden
        assert there.in_worker("globalThis.caught.length") == 0
        assert there.in_page(STATE) == before
        assert there.requests() == []


FORGE = """(async (port) => {
  for (let id = 0; id < 50; id += 1) {
    port.postMessage(JSON.stringify({ kind: "outcomes", id, first: 0, outcomes: [{ scriptId: "x", result: { text: "forged" } }], elapsedUs: 1, done: true }));
    port.postMessage(JSON.stringify({ kind: "pong", id, heapBytes: 1 }));
  }
})"""


def test_replies_to_nothing_in_flight_are_ignored(
    tools: DevTools, workshop: Workshop, tmp_path: Path
) -> None:
    """The port itself is handed over: what is not in flight cannot be answered."""
    keys: Edits = {
        "worker/boot/serve.js": [
            ("  portStart(port);", "  scope.stolen = port;\n  portStart(port);")
        ]
    }
    built = workshop.weakened(tmp_path / "built", {**ACCEPT_ANYTHING, **keys})
    with escaped(tools, built, "origin") as there:
        golden = there.benign()
        there.in_worker(f"{FORGE}(globalThis.stolen)")
        assert there.benign() == golden
        assert there.ask("stats")["lateReplies"] >= 50, there.ask("stats")
        assert there.benign() == golden


STORAGE = {"indexed-db", "caches", "opfs", "locks", "broadcast"}
"""What level `worker` has behind one layer only."""


def test_level_worker_holds_while_its_scope_is_emptied(tools: DevTools, folder: Path) -> None:
    with escaped(tools, folder, "worker") as there:
        golden, before = there.benign(), there.in_page(STATE)
        found = there.try_everything()
        assert set(found) == set()
        assert there.benign() == golden
        assert there.in_page(STATE) == before
        assert there.requests() == []


def test_level_worker_without_its_emptied_scope_keeps_the_network_but_not_the_storage(
    tools: DevTools, workshop: Workshop, tmp_path: Path
) -> None:
    """This states what the level cannot promise: docs/security.md says the same."""
    built = workshop.weakened(tmp_path / "built", {**ACCEPT_ANYTHING, **SCRUBBING})
    assert "connect-src 'none'" in WORKER_POLICY
    with escaped(tools, built, "worker") as there:
        golden = there.benign()
        found = there.try_everything()
        assert set(found) == STORAGE | INERT
        assert there.benign() == golden
        assert there.in_page("heard") == [["broadcast", "secret"]]
        assert there.requests() == []
