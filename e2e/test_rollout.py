"""The staged rollout: off, shadow, on, with a fallback of the host's own."""

from __future__ import annotations

from typing import Any

from e2e.conftest import Host, OpenHost, call

START = """async ([mode, limits]) => {
  const { PythonRuntime } = await import("/pybridge/client.js");
  globalThis.seen = [];
  globalThis.runtime = await PythonRuntime.start({
    assets: "/pybridge/", spares: 0, limits, mode,
    onDifference: (difference) => { seen.push(difference); throw new Error("ours"); },
    fallback: async ({ macro, params }) => {
      if (macro.name === "throws") throw new Error("no such macro");
      if (macro.name === "odd") return 5;
      return macro.name === "same" ? { html: `<b>${params.n}</b>` } : `<i>${params.n}</i>`;
    },
  });
}"""
RENDER = "(calls) => runtime.renderMany(calls)"
SCRIPTS = {
    "same": "def render(context):\n    return {'html': '<b>%s</b>' % context['params']['n']}\n",
    "other": "def render(context):\n    return {'html': '<u>%s</u>' % context['params']['n']}\n",
    "stuck": "def render(context):\n    while True: pass\n",
    "throws": "def render(context):\n    raise ValueError\n",
}
CALLS = [call(name, n=1) for name in ("same", "other", "stuck", "throws", "odd")]


def start(open_host: OpenHost, mode: str) -> Host:
    host = open_host()
    host.page.evaluate(START, [mode, {"itemS": 0.5}])
    sources = [{"path": f"scripts/{name}.py", "content": text} for name, text in SCRIPTS.items()]
    host.page.evaluate("(scripts) => runtime.load(scripts)", sources)
    return host


def brief(outcomes: list[dict[str, Any]]) -> list[str]:
    return [o["result"]["html"] if "result" in o else o["error"]["code"] for o in outcomes]


FALLBACK = ["<b>1</b>", "<i>1</i>", "<i>1</i>", "exception", "exception"]


def test_shadow_answers_by_the_fallback_and_reports_differences(open_host: OpenHost) -> None:
    host = start(open_host, "shadow")
    assert brief(host.page.evaluate(RENDER, CALLS)) == FALLBACK
    host.page.wait_for_function("() => runtime.stats().rollout.compared === 5")
    rollout = host.page.evaluate("() => runtime.stats().rollout")
    assert rollout == {
        "mode": "shadow", "calls": 5, "compared": 5, "different": 2, "skipped": 0, "waiting": 0,
    }  # fmt: skip
    other, stuck = host.page.evaluate("() => seen")
    assert other["call"] == CALLS[1]
    assert brief([other["fallback"], other["python"]]) == ["<i>1</i>", "<u>1</u>"]
    assert brief([stuck["fallback"], stuck["python"]]) == ["<i>1</i>", "timeout"]


def test_off_starts_nothing_and_the_fallback_answers(open_host: OpenHost) -> None:
    host = start(open_host, "off")
    for options in ({"mode": "maybe"}, {"mode": "shadow"}, {"mode": "off"}):
        assert host.ask("start", **options)["error"]["code"] == "usage"
    assert brief(host.page.evaluate(RENDER, CALLS)) == FALLBACK
    assert host.page.query_selector("iframe") is None
    code = "() => runtime.renderDocuments([]).catch((error) => error.code)"
    assert host.page.evaluate(code) == "unavailable"
    assert host.page.evaluate("() => runtime.stats().rollout.calls") == 5
    host.page.evaluate("() => runtime.dispose()")
    code = "(calls) => runtime.renderMany(calls).catch((error) => error.code)"
    assert host.page.evaluate(code, CALLS) == "cancelled"


def test_on_never_asks_the_fallback(open_host: OpenHost) -> None:
    host = start(open_host, "on")
    calls = [call for call in CALLS if call["macro"]["name"] != "stuck"]
    outcomes = brief(host.page.evaluate(RENDER, calls))
    assert outcomes == ["<b>1</b>", "<u>1</u>", "exception", "not-found"]
