/**
 * Statistics of the worker: calls and times of each script, restarts with their reasons, memory.
 * @import { Studio } from "../studio.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { useEffect } from "preact/hooks";
import { refreshDiagnostics } from "../actions/diagnostics.js";
import { restartPython } from "../actions/python.js";
import { Button, Empty, Failed, plural } from "./parts.js";

const EVERY_MS = 1000;

/** @param {{state: State, studio: Studio}} props */
export function DiagnosticsView({ state, studio }) {
  const isReady = state.python.status === "ready";
  useEffect(() => {
    void refreshDiagnostics(studio);
    const timer = setInterval(() => refreshDiagnostics(studio), EVERY_MS);
    return () => clearInterval(timer);
  }, [isReady]);
  return h(
    "section",
    { class: "sheet", "aria-label": "Diagnostics" },
    h(
      "header",
      { class: "sheet-head" },
      h(
        "div",
        null,
        h("h2", null, "Diagnostics"),
        h("p", { class: "quiet" }, "Since Python was started in this page."),
      ),
      h(Button, { label: "Restart Python", onClick: () => restartPython(studio) }),
    ),
    state.python.failure && h(Failed, { failure: state.python.failure }),
    isReady && state.diagnostics.stats
      ? h(Statistics, { state })
      : !state.python.failure && h(Empty, { title: "Python is not running yet." }),
  );
}

/** @param {{state: State}} props */
function Statistics({ state }) {
  const { stats, heapBytes } = state.diagnostics;
  /** Of every trust domain. @type {any[]} */
  const restarts = [stats, ...Object.values(stats.domains)].flatMap(({ restarts }) => restarts);
  /** @type {any[]} */
  const scripts = Object.entries(stats.scripts).map(([id, figures]) => ({ id, .../** @type {any} */ (figures) }));
  const total = (/** @type {string} */ name) => scripts.reduce((sum, script) => sum + script[name], 0);
  return h(
    "div",
    null,
    h(
      "dl",
      { class: "tiles" },
      h(Tile, { name: "Calls", value: total("calls").toLocaleString() }),
      h(Tile, { name: "Errors", value: total("errors").toLocaleString(), isWrong: total("errors") > 0 }),
      h(Tile, { name: "Timeouts", value: total("timeouts").toLocaleString(), isWrong: total("timeouts") > 0 }),
      h(Tile, { name: "Restarts", value: String(restarts.length), isWrong: restarts.length > 0 }),
      h(Tile, { name: "Memory", value: heapBytes === null ? "busy" : `${(heapBytes / 2 ** 20).toFixed(0)} MiB` }),
      h(Tile, { name: "Spares ready", value: String(stats.sparesReady) }),
    ),
    h("h3", null, "Scripts"),
    scripts.length > 0
      ? h(ScriptTable, { scripts, state })
      : h(Empty, { title: "No calls yet." }, "Render a document, or run a script."),
    h("h3", null, "Restarts"),
    restarts.length > 0 ? h(Restarts, { restarts }) : h("p", { class: "quiet" }, "None."),
    stats.warnings.length > 0 &&
      h(
        "div",
        null,
        h("h3", null, "Warnings"),
        h(
          "ul",
          null,
          stats.warnings.map((/** @type {any} */ warning, /** @type {number} */ at) =>
            h("li", { key: at }, warning.message ?? String(warning)),
          ),
        ),
      ),
    h(
      "p",
      { class: "quiet" },
      `A time is the mean over the batch of calls that ran together; the clock’s resolution is ${stats.clockResolutionUs} µs. ${plural(stats.generation ?? 1, "worker")} started so far, spares included. Late replies ignored: ${stats.lateReplies}.`,
    ),
  );
}

/** @param {{name: string, value: string, isWrong?: boolean}} props */
function Tile({ name, value, isWrong }) {
  return h("div", { class: `tile ${isWrong ? "is-wrong" : ""}` }, h("dt", null, name), h("dd", null, value));
}

/** @param {{scripts: any[], state: State}} props */
function ScriptTable({ scripts, state }) {
  const names = new Map(state.scripts.map(({ id, slug }) => [id, slug]));
  const ms = (/** @type {number} */ us) => (us < 1000 ? `${us.toFixed(0)} µs` : `${(us / 1000).toFixed(1)} ms`);
  const ordered = [...scripts].sort((a, b) => b.calls - a.calls);
  const row = (/** @type {any} */ script) =>
    h(
      "tr",
      { key: script.id },
      h("th", { scope: "row" }, names.get(script.id) ?? script.id),
      h("td", null, script.calls.toLocaleString()),
      h("td", { class: script.errors > 0 ? "is-wrong" : "" }, script.errors),
      h("td", { class: script.timeouts > 0 ? "is-wrong" : "" }, script.timeouts),
      h("td", null, ms(script.p50Us)),
      h("td", null, ms(script.p95Us)),
      h("td", null, ms(script.p99Us)),
    );
  const head = ["script", "calls", "errors", "timeouts", "p50", "p95", "p99"];
  return h(
    "div",
    { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Statistics of each script" },
    h(
      "table",
      { class: "figures" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          head.map((name) => h("th", { key: name, scope: "col" }, name)),
        ),
      ),
      h("tbody", null, ordered.map(row)),
    ),
  );
}

/** @param {{restarts: any[]}} props */
function Restarts({ restarts }) {
  return h(
    "ol",
    { class: "restarts" },
    [...restarts]
      .reverse()
      .map((restart, at) =>
        h("li", { key: at }, h("code", { class: "code-word" }, restart.code), " ", restart.message),
      ),
  );
}
