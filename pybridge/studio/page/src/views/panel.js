/**
 * The panel beside the code: preview, run, details, history.
 * @import { Studio } from "../studio.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { Details } from "./details.js";
import { HistoryPanel } from "./history.js";
import { Tabs } from "./parts.js";
import { PreviewPanel } from "./preview.js";
import { RunPanel } from "./run.js";

const PANELS = { preview: PreviewPanel, run: RunPanel, details: Details, history: HistoryPanel };

const TABS = [
  { id: "preview", label: "Preview" },
  { id: "run", label: "Run" },
  { id: "details", label: "Details" },
  { id: "history", label: "History" },
];

/** @param {{state: State, studio: Studio}} props */
export function Panel({ state, studio }) {
  const choose = (/** @type {State["panel"]} */ panel) => studio.store.set({ panel });
  return h(
    "aside",
    { class: "panel", "aria-label": "Panel" },
    h(Tabs, { label: "Panel", tabs: TABS, chosen: state.panel, onChoose: choose }),
    h(
      "div",
      { class: "panel-body", role: "tabpanel", id: `panel-${state.panel}`, "aria-labelledby": `tab-${state.panel}` },
      h(PANELS[state.panel], { state, studio }),
    ),
  );
}
