"""Results that come while the rest runs, in a real page."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.conftest import OpenHost

pytestmark = pytest.mark.every_browser

MACRO = "def render(context):\n    return {'html': '<b>%d</b>' % context['params']['n']}\n"

STREAM = """async ([content, enough]) => {
  const { PythonRuntime } = await import("./pybridge/client.js");
  const runtime = await PythonRuntime.start({ assets: new URL("./pybridge/", location.href), spares: 0 });
  await runtime.load([{ path: "scripts/num.py", content }]);
  let read = 0;
  let isReleased = false;
  function* posts() {
    try {
      while (read < 5000) yield { path: `${read}.md`, text: `A [[num n=${read++}]].` };
    } finally {
      isReleased = true;
    }
  }
  const taken = [];
  for await (const { path, output } of runtime.renderDocumentsStream(posts())) {
    taken.push([path, output]);
    if (taken.length === enough) break;
  }
  const [{ output: after }] = await runtime.renderDocuments([{ text: "[[num n=7]]" }]);
  runtime.dispose();
  return { taken, read, isReleased, after };
}"""


def test_all_documents_come_in_order(open_host: OpenHost) -> None:
    streamed: Any = open_host().page.evaluate(STREAM, [MACRO, 0])
    assert streamed["taken"] == [[f"{n}.md", f"A <b>{n}</b>."] for n in range(5000)]


def test_leaving_early_lets_go_of_the_source_and_leaves_the_runtime_usable(
    open_host: OpenHost,
) -> None:
    streamed: Any = open_host().page.evaluate(STREAM, [MACRO, 3])
    assert [path for path, _ in streamed["taken"]] == ["0.md", "1.md", "2.md"]
    assert streamed["isReleased"] is True
    assert streamed["read"] < 500
    assert streamed["after"] == "<b>7</b>"


STOP = """async ([good, loop]) => {
  const { PythonRuntime } = await import("./pybridge/client.js");
  const options = { spares: 0, limits: { itemS: 100 } };
  const runtime = await PythonRuntime.start({ assets: new URL("./pybridge/", location.href), ...options });
  await runtime.load([{ path: "scripts/num.py", content: good }, { path: "scripts/loop.py", content: loop }]);
  const call = (name) => ({ abi: 1, macro: { name }, params: { n: 1 }, env: { isPreview: false } });
  const stop = new AbortController();
  const calls = [call("num"), call("loop"), call("num")];
  const rendering = runtime.renderMany(calls, { signal: stop.signal });
  setTimeout(() => stop.abort(), 300);
  const outcomes = await rendering;
  const [after] = await runtime.renderMany([call("num")]);
  runtime.dispose();
  return { codes: outcomes.map(({ error }) => error?.code ?? "ok"), after: after.result?.html };
}"""


def test_a_macro_that_is_stopped_ends_long_before_its_time_limit(open_host: OpenHost) -> None:
    """The limit is 100 s, and the page would give up the operation before."""
    loop = "def render(context):\n    while True: pass\n"
    stopped: Any = open_host().page.evaluate(STOP, [MACRO, loop])
    assert stopped["codes"][1:] == ["cancelled", "cancelled"]
    assert stopped["after"] == "<b>1</b>"
