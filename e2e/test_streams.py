"""Results that come while the rest runs, in a real page."""

from __future__ import annotations

from typing import Any

from e2e.conftest import Host

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


def test_all_documents_come_in_order(host: Host) -> None:
    streamed: Any = host.page.evaluate(STREAM, [MACRO, 0])
    assert streamed["taken"] == [[f"{n}.md", f"A <b>{n}</b>."] for n in range(5000)]


def test_leaving_early_lets_go_of_the_source_and_leaves_the_runtime_usable(host: Host) -> None:
    streamed: Any = host.page.evaluate(STREAM, [MACRO, 3])
    assert [path for path, _ in streamed["taken"]] == ["0.md", "1.md", "2.md"]
    assert streamed["isReleased"] is True
    assert streamed["read"] < 500
    assert streamed["after"] == "<b>7</b>"
