/**
 * Run the open script and show its output: a utility as a program, a macro as one call, a transform on a post.
 * @import { Studio } from "../studio.js"
 * @import { Run, RunOutcome, State } from "../types.js"
 */
import { h } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { exampleToken } from "../actions/preview.js";
import { runScript, takePost } from "../actions/run.js";
import { UnifiedDiff } from "../editor/diff_view.js";
import { patchRun } from "../patches.js";
import { openBuffer, runOf, runningPath } from "../state.js";
import { Button, Empty, Field } from "./parts.js";
import { FailedAt } from "./script_place.js";

/** @param {{state: State, studio: Studio}} props */
export function RunPanel({ state, studio }) {
  const info = openBuffer(state)?.info;
  if (!info) return h(Empty, { title: "Nothing to run." }, "Open a script first.");
  const run = runOf(state);
  const running = runningPath(state);
  const Inputs = INPUTS[/** @type {keyof typeof INPUTS} */ (info.kind)] ?? UtilityInputs;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void runScript(studio);
  };
  return h(
    "div",
    { class: "run" },
    h(
      "form",
      { class: "run-form", onSubmit: submit },
      h(Inputs, { state, studio }),
      h(Controls, { running, state, studio }),
    ),
    h(Output, { run }),
    run.outcome && h(Outcome, { outcome: run.outcome, studio }),
  );
}

/** @param {{running: string | undefined, state: State, studio: Studio}} props */
function Controls({ running, state, studio }) {
  const isReady = state.python.status === "ready";
  if (running === undefined)
    return h(Button, { label: "Run", icon: "run", kind: "primary", type: "submit", disabled: !isReady });
  return h(
    "div",
    { class: "actions" },
    h(Button, {
      label: "Stop",
      icon: "stop",
      kind: "danger",
      onClick: () => studio.runControl.stop(),
      name: "Stop the run",
    }),
    h(Clock, { since: runOf(state, running).startedAt, what: running === openBuffer(state)?.path ? "" : running }),
  );
}

/** @param {{since: number, what: string}} props *what* is empty for the open script */
function Clock({ since, what }) {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, [since]);
  const seconds = Math.max(0, (now - since) / 1000);
  return h(
    "span",
    { class: "quiet", role: "timer" },
    h("span", { class: "spinner", "aria-hidden": "true" }),
    ` ${what}${what && " "}running for ${seconds.toFixed(1)} s`,
  );
}

/** @param {Studio} studio */
function pathOf({ store }) {
  return openBuffer(store.get())?.path ?? "";
}

/** @param {{state: State, studio: Studio}} props */
function UtilityInputs({ state, studio }) {
  const type = (/** @type {any} */ event) =>
    patchRun(studio.store, pathOf(studio), { args: event.currentTarget.value });
  return h(
    Field,
    { label: "Arguments", hint: "As on a command line; in double quotes where one holds spaces." },
    h("input", { type: "text", value: runOf(state).args, onInput: type, spellcheck: false }),
  );
}

/** @param {{state: State, studio: Studio}} props */
function MacroInputs({ state, studio }) {
  const info = openBuffer(state)?.info;
  const type = (/** @type {any} */ event) =>
    patchRun(studio.store, pathOf(studio), { token: event.currentTarget.value });
  return h(
    Field,
    { label: "Macro", hint: "As written in a document. If empty, the example in grey is used." },
    h("textarea", {
      rows: 2,
      value: runOf(state).token,
      placeholder: info ? exampleToken(info) : "",
      onInput: type,
      spellcheck: false,
    }),
  );
}

/** @param {{state: State, studio: Studio}} props */
function TransformInputs({ state, studio }) {
  const { post } = state;
  const type = (/** @type {string} */ name) => (/** @type {any} */ event) =>
    studio.store.set(({ post: before }) => ({ post: { ...before, [name]: event.currentTarget.value } }));
  return h(
    "div",
    { class: "fields" },
    state.documents.length > 0 &&
      h(
        Field,
        { label: "Post" },
        h(
          "select",
          {
            onChange: (/** @type {any} */ event) =>
              event.currentTarget.value && takePost(studio, event.currentTarget.value),
          },
          h("option", { value: "" }, "As written below"),
          state.documents.map(({ path }) => h("option", { key: path, value: path }, path)),
        ),
      ),
    h(Field, { label: "Title" }, h("input", { type: "text", value: post.title, onInput: type("title") })),
    h(Field, { label: "Content" }, h("textarea", { rows: 5, value: post.content, onInput: type("content") })),
    h(
      Field,
      { label: "Tags", hint: "Separated by commas." },
      h("input", { type: "text", value: post.tags, onInput: type("tags") }),
    ),
    h(
      Field,
      { label: "Categories", hint: "Separated by commas." },
      h("input", { type: "text", value: post.categories, onInput: type("categories") }),
    ),
  );
}

const INPUTS = { utility: UtilityInputs, macro: MacroInputs, transform: TransformInputs };

/** @param {{run: Run}} props */
function Output({ run }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [run.output]);
  if (run.status === "idle")
    return h(Empty, { title: "No output yet." }, "Run the script to see its output while it runs.");
  const isEmpty = run.output.length === 0;
  if (isEmpty && run.outcome) return null;
  return h(
    "div",
    { class: "output", role: "log", "aria-label": "Output", tabIndex: 0, ref: box },
    isEmpty && h("span", { class: "quiet" }, "No output yet."),
    run.output.map(({ stream, text }, at) => h("span", { key: at, class: stream }, text)),
  );
}

/** @param {{outcome: RunOutcome, studio: Studio}} props */
function Outcome({ outcome, studio }) {
  const { status, durationMs, error } = outcome;
  return h(
    "section",
    { class: "outcome", "aria-label": "Outcome", "aria-live": "polite" },
    h(
      "p",
      { class: `verdict verdict-${status}` },
      status === "ok" ? "Done" : "Failed",
      h("span", { class: "quiet" }, ` in ${durationMs.toFixed(0)} ms`),
    ),
    error && h(FailedAt, { failure: error, studio }),
    outcome.text !== undefined &&
      h(
        "div",
        null,
        h("h3", null, "Text for the document"),
        h("pre", { class: "source", tabIndex: 0 }, outcome.text || "(nothing)"),
      ),
    outcome.value !== undefined &&
      outcome.value !== null &&
      h(
        "div",
        null,
        h("h3", null, "Result"),
        h("pre", { class: "source", tabIndex: 0 }, JSON.stringify(outcome.value, null, 2)),
      ),
    outcome.toasts?.map((toast, at) => h("p", { key: at, class: "toast-line" }, toast)),
    outcome.post && h(PostDiff, { post: outcome.post, applied: outcome.applied ?? [] }),
  );
}

/** @param {{post: NonNullable<RunOutcome["post"]>, applied: string[]}} props */
function PostDiff({ post, applied }) {
  const texts = [post.before, post.after].map(
    ({ title, content, tags, categories }) =>
      `title: ${title}\ntags: ${tags.join(", ")}\ncategories: ${categories.join(", ")}\n\n${content}`,
  );
  const [before, after] = texts;
  const applying = applied.length > 0 ? `Applied: ${applied.join(", ")}.` : "No transform was applied.";
  return h(
    "div",
    null,
    h("h3", null, "The post before and after"),
    h("p", { class: "quiet" }, applying, before === after ? " Nothing changed." : ""),
    h(UnifiedDiff, { before, after, label: "The post before and after", isCode: false }),
  );
}
