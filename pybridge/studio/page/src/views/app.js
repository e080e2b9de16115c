/**
 * The whole page.
 * @import { Studio } from "../studio.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { useEffect } from "preact/hooks";
import { saveDocument } from "../actions/documents.js";
import { refresh } from "../actions/outside.js";
import { runScript } from "../actions/run.js";
import { saveScript } from "../actions/scripts.js";
import { dismiss } from "../notices.js";
import { DiagnosticsView } from "./diagnostics.js";
import { Dialogs } from "./dialogs.js";
import { Differences } from "./differences.js";
import { Panel } from "./panel.js";
import { Button, Failed, Words } from "./parts.js";
import { Script } from "./script.js";
import { Sidebar } from "./sidebar.js";
import { Status } from "./status.js";

const PANES = [
  { id: "scripts", label: "Scripts" },
  { id: "code", label: "Code" },
  { id: "panel", label: "Panel" },
];

/** @param {{state: State, studio: Studio | null}} props */
export function App({ state, studio }) {
  if (state.phase === "locked") return h(Locked, { state });
  if (studio === null) return h(Unreachable, { state });
  return h(Workspace, { state, studio });
}

/** @param {{state: State, studio: Studio}} props */
function Workspace({ state, studio }) {
  useKeys(studio);
  const isScript = state.view === "script";
  return h(
    "div",
    {
      class: "app",
      "data-pane": isScript ? state.pane : state.pane === "panel" ? "code" : state.pane,
      "data-view": state.view,
    },
    h(Panes, { state, studio }),
    h(Sidebar, { state, studio }),
    h(
      "main",
      { class: "work" },
      state.isLocked && h(Relocked, {}),
      state.phase === "gone" && !state.isLocked && state.failure && h(Gone, { state, studio }),
      isScript && h(Script, { state, studio }),
      state.view === "differences" && h(Differences, { state, studio }),
      state.view === "diagnostics" && h(DiagnosticsView, { state, studio }),
    ),
    isScript && h(Panel, { state, studio }),
    h(Status, { state, studio }),
    h(Notices, { state, studio }),
    h(Dialogs, { state, studio }),
  );
}

/** Ctrl-S saves the script, or the document if the focus is in it; Ctrl-Enter runs the script. @param {Studio} studio */
function useKeys(studio) {
  useEffect(() => {
    const listen = (/** @type {KeyboardEvent} */ event) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const { selected, dialog } = studio.store.get();
      if (dialog !== null || selected === null) return;
      const isDocument = event.target instanceof Element && event.target.closest(".preview") !== null;
      if (event.key === "s") void (isDocument ? saveDocument(studio) : saveScript(studio, selected));
      else if (event.key === "Enter") void runScript(studio);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener("keydown", listen, { capture: true });
    return () => removeEventListener("keydown", listen, { capture: true });
  }, [studio]);
}

/** Buttons that choose the part shown in a narrow window. @param {{state: State, studio: Studio}} props */
function Panes({ state, studio }) {
  const isScript = state.view === "script";
  const shown = PANES.filter(({ id }) => id !== "panel" || isScript);
  const label = (/** @type {{id: string, label: string}} */ pane) =>
    pane.id === "panel"
      ? { preview: "Preview", run: "Run", details: "Details", history: "History" }[state.panel]
      : pane.label;
  return h(
    "nav",
    { class: "panes", "aria-label": "Parts of the page" },
    shown.map((pane) =>
      h(
        "button",
        {
          key: pane.id,
          type: "button",
          class: "pane",
          "aria-pressed": state.pane === pane.id,
          onClick: () => studio.store.set({ pane: /** @type {State["pane"]} */ (pane.id) }),
        },
        !isScript && pane.id === "code"
          ? { differences: "Index", diagnostics: "Diagnostics", script: "" }[state.view]
          : label(pane),
      ),
    ),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Gone({ state, studio }) {
  return h(
    "div",
    { class: "banner banner-warn", role: "alert" },
    h(
      "p",
      null,
      h("strong", null, "The project cannot be reached. "),
      h(Words, { text: `${state.failure?.message}${state.failure?.hint ? ` – ${state.failure.hint}` : ""}.` }),
      " Your changes are kept in this browser.",
    ),
    h("div", { class: "actions" }, h(Button, { label: "Try again", onClick: () => refresh(studio) })),
  );
}

/** The server was restarted, or it ended this page's session. */
function Relocked() {
  return h(
    "div",
    { class: "banner banner-warn", role: "alert" },
    h(
      "p",
      null,
      h("strong", null, "The studio was restarted, or this page was locked. "),
      "Open the address that it printed then, or press Enter in its terminal for another one. ",
      "Your changes are kept in this browser and will be restored.",
    ),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Notices({ state, studio }) {
  return h(
    "div",
    { class: "notices", role: "status", "aria-live": "polite" },
    state.notices.map(({ id, kind, text, hint }) =>
      h(
        "div",
        { key: id, class: `notice notice-${kind}` },
        h("p", null, h(Words, { text }), hint && h("span", { class: "notice-hint" }, h(Words, { text: hint }))),
        h(Button, {
          label: "",
          icon: "close",
          kind: "quiet",
          name: "Dismiss",
          onClick: () => dismiss(studio.store, id),
        }),
      ),
    ),
  );
}

/** @param {{state: State}} props */
function Locked({ state }) {
  return h(
    "main",
    { class: "alone" },
    h("h1", null, "This page is locked"),
    h(
      "p",
      null,
      "Press Enter in the terminal in which ",
      h("code", null, "pybridge studio"),
      " runs, and open the address that it prints, including the part after ",
      h("code", null, "#"),
      ". An address opens the page once, within two minutes; then the page stays open in this browser until the studio ends.",
    ),
    state.failure && h("p", { class: "quiet" }, state.failure.message),
  );
}

/** @param {{state: State}} props */
function Unreachable({ state }) {
  return h(
    "main",
    { class: "alone" },
    h("h1", null, "The studio did not open"),
    state.failure && h(Failed, { failure: state.failure }),
    h("p", null, h(Button, { label: "Try again", kind: "primary", onClick: () => location.reload() })),
  );
}
