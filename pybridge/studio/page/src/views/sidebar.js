/**
 * The list of scripts, and buttons for the other views.
 * @import { Studio } from "../studio.js"
 * @import { ScriptInfo, State } from "../types.js"
 */
import { h } from "preact";
import { askToCreate } from "../actions/dialogs.js";
import { showDiagnostics } from "../actions/diagnostics.js";
import { showDifferences } from "../actions/differences.js";
import { openScript } from "../actions/scripts.js";
import { isBuiltIn, isDirty, shownScripts } from "../state.js";
import { Button, Empty, Icon, plural } from "./parts.js";

const HEADINGS = { macro: "Macros", transform: "Transforms", utility: "Utilities" };

/** @param {{state: State, studio: Studio}} props */
export function Sidebar({ state, studio }) {
  const groups = shownScripts(state);
  return h(
    "nav",
    { class: "sidebar", "aria-label": "Scripts" },
    h(
      "header",
      { class: "brand" },
      h("h1", null, state.project?.name ?? "studio"),
      h(Button, { label: "New", icon: "add", kind: "quiet", name: "New script", onClick: () => askToCreate(studio) }),
    ),
    h(Filter, { state, studio }),
    h(
      "div",
      { class: "script-list" },
      groups.map(({ kind, scripts }) => h(Group, { key: kind, kind, scripts, state, studio })),
      groups.length === 0 && h(NothingFound, { state, studio }),
      h(Orphans, { state, studio }),
    ),
    h(
      "div",
      { class: "sidebar-foot" },
      h(ViewButton, {
        label: "Files and index",
        isHere: state.view === "differences",
        onClick: () => showDifferences(studio),
      }),
      h(ViewButton, {
        label: "Diagnostics",
        isHere: state.view === "diagnostics",
        onClick: () => showDiagnostics(studio),
      }),
    ),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Filter({ state, studio }) {
  return h(
    "div",
    { class: "filter" },
    h(Icon, { name: "search" }),
    h("input", {
      type: "search",
      "aria-label": "Filter scripts",
      placeholder: "Filter",
      value: state.filter,
      onInput: (/** @type {any} */ event) => studio.store.set({ filter: event.currentTarget.value }),
    }),
  );
}

/** @param {{kind: string, scripts: ScriptInfo[], state: State, studio: Studio}} props */
function Group({ kind, scripts, state, studio }) {
  const heading = HEADINGS[/** @type {keyof typeof HEADINGS} */ (kind)];
  return h(
    "section",
    { "aria-labelledby": `group-${kind}` },
    h("h2", { id: `group-${kind}` }, heading),
    h(
      "ul",
      null,
      scripts.map((script) => h(Entry, { key: script.path, script, state, studio })),
    ),
  );
}

/** @param {{script: ScriptInfo, state: State, studio: Studio}} props */
function Entry({ script, state, studio }) {
  const { path, slug, title, enabled } = script;
  const buffer = state.buffers[path];
  const problems = (buffer?.problems ?? script.problems).length;
  const unsaved = buffer ? isDirty(buffer) : state.drafts.includes(path);
  const isHere = state.view === "script" && state.selected === path;
  const remarks = [
    !enabled && "disabled",
    isBuiltIn(path) && "built in",
    unsaved && "unsaved changes",
    problems > 0 && plural(problems, "problem"),
  ].filter(Boolean);
  return h(
    "li",
    null,
    h(
      "button",
      {
        type: "button",
        class: `entry ${enabled ? "" : "is-off"}`,
        "aria-current": isHere ? "true" : undefined,
        title: [title, path, ...remarks].join(" · "),
        onClick: () => openScript(studio, path),
      },
      h("span", { class: "entry-name" }, slug),
      unsaved && h("span", { class: "dot", "aria-hidden": "true" }),
      !enabled && h("span", { class: "tag", "aria-hidden": "true" }, "off"),
      isBuiltIn(path) && h("span", { class: "tag", "aria-hidden": "true" }, "built in"),
      problems > 0 && h("span", { class: "count count-wrong", "aria-hidden": "true" }, problems),
      h("span", { class: "hidden" }, remarks.length > 0 ? ` (${remarks.join(", ")})` : ""),
    ),
  );
}

/** @param {{state: State, studio: Studio}} props */
function NothingFound({ state, studio }) {
  if (state.filter) {
    const clear = () => studio.store.set({ filter: "" });
    return h(
      Empty,
      { title: `No script matches “${state.filter}”.` },
      h(Button, { label: "Show all", kind: "quiet", onClick: clear }),
    );
  }
  if (state.tasks.length > 0 || state.scripts.length > 0) return null;
  return h(Empty, { title: "No scripts yet." }, "Create the first one with “New”, above.");
}

/**
 * Unsaved changes of deleted files.
 * @param {{state: State, studio: Studio}} props
 */
function Orphans({ state, studio }) {
  const known = new Set(state.scripts.map(({ path }) => path));
  const orphans = state.drafts.filter((path) => !known.has(path) && path.endsWith(".py"));
  if (orphans.length === 0 || state.scripts.length === 0) return null;
  return h(
    "section",
    { "aria-labelledby": "group-orphans" },
    h("h2", { id: "group-orphans" }, "Unsaved, file deleted"),
    h(
      "ul",
      null,
      orphans.map((path) =>
        h(
          "li",
          { key: path },
          h("button", { type: "button", class: "entry", onClick: () => openScript(studio, path) }, path),
        ),
      ),
    ),
  );
}

/** @param {{label: string, isHere: boolean, onClick: () => void}} props */
function ViewButton({ label, isHere, onClick }) {
  return h("button", { type: "button", class: "entry", "aria-current": isHere ? "true" : undefined, onClick }, label);
}
