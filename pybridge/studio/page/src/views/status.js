/**
 * The status bar: Python, the connection, running tasks.
 * @import { Studio } from "../studio.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { useEffect, useState } from "preact/hooks";
import { restartPython } from "../actions/python.js";
import { Button, plural } from "./parts.js";

/** Tasks that take longer are shown. */
const PATIENCE_MS = 300;

const PYTHON = {
  off: "Python is off",
  starting: "Python is starting …",
  ready: "Python is ready",
  failed: "Python did not start",
};

/** @param {{state: State, studio: Studio}} props */
export function Status({ state, studio }) {
  const { status } = state.python;
  const scripts = state.drafts.filter((name) => !name.startsWith("document:")).length;
  const documents = state.drafts.filter((name) => /^document:./.test(name)).length;
  const unsaved = [scripts > 0 && plural(scripts, "script"), documents > 0 && plural(documents, "document")]
    .filter(Boolean)
    .join(" and ");
  return h(
    "footer",
    { class: "status" },
    h("span", { class: `light light-${status}` }, PYTHON[status]),
    status === "failed" && h(Button, { label: "Start again", kind: "quiet", onClick: () => restartPython(studio) }),
    !state.isOnline &&
      !state.isLocked &&
      h(
        "span",
        { class: "light light-failed", role: "alert" },
        "The server does not answer; changes are kept here until it does",
      ),
    h("span", { class: "status-work", role: "status" }, h(Tasks, { tasks: state.tasks })),
    unsaved && h("span", null, `${unsaved} unsaved, kept in this browser`),
  );
}

/** @param {{tasks: State["tasks"]}} props */
function Tasks({ tasks }) {
  const [, rerender] = useState(0);
  const oldest = tasks[0];
  useEffect(() => {
    if (!oldest) return undefined;
    const timer = setTimeout(() => rerender((count) => count + 1), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [oldest]);
  const late = tasks.filter(({ since }) => performance.now() - since >= PATIENCE_MS - 5);
  if (late.length === 0) return null;
  return h(
    "span",
    null,
    h("span", { class: "spinner", "aria-hidden": "true" }),
    ` ${late.map(({ label }) => label).join(", ")} …`,
  );
}
