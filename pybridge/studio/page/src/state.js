/**
 * The initial state, and values derived from a state.
 * @import { Buffer, Edited, Preview, Run, ScriptInfo, State } from "./types.js"
 */

/** @returns {State} */
export function initialState() {
  return {
    phase: "starting",
    failure: null,
    project: null,
    scripts: [],
    drafts: [],
    filter: "",
    view: "script",
    pane: "scripts",
    panel: "preview",
    selected: null,
    buffers: {},
    documents: [],
    shared: { env: {}, data: {} },
    preview: emptyPreview(),
    runs: {},
    post: { title: "Hello", content: "A first paragraph.\n", tags: "", categories: "" },
    history: null,
    differences: { report: null, failure: null },
    diagnostics: { stats: null, heapBytes: null },
    python: { status: "off", failure: null },
    tasks: [],
    jump: null,
    dialog: null,
    isConfirming: false,
    notices: [],
    isOnline: true,
    isLocked: false,
  };
}

/** @returns {Preview} */
export function emptyPreview() {
  return {
    path: null,
    text: "",
    base: null,
    isSaving: false,
    conflict: null,
    rendered: null,
    html: "",
    isBusy: false,
    isStopped: false,
    durationMs: 0,
    failure: null,
  };
}

/** @returns {Run} */
export function emptyRun() {
  return {
    status: "idle",
    args: "",
    token: "",
    output: [],
    outcome: null,
    text: "",
    startedAt: 0,
  };
}

/**
 * The run of a script.
 * @param {State} state
 * @param {string} [path] the open script's by default
 */
export function runOf(state, path = openBuffer(state)?.path ?? "") {
  return state.runs[path] ?? emptyRun();
}

/**
 * What failed in a script when the document beside it was rendered, and in its last run if its text is still the same.
 * @param {State} state
 * @param {string} path
 */
export function failuresOf({ preview, runs, buffers }, path) {
  const run = runs[path];
  const ofRun = run?.outcome?.error && run.text === buffers[path]?.text ? [run.outcome.error] : [];
  const errors = [...(preview.rendered?.errors ?? []), ...ofRun];
  return errors.filter((error) => error?.script?.path === path);
}

/**
 * The script that runs, if one does: one at a time, as they share the interpreters.
 * @param {State} state
 */
export function runningPath({ runs }) {
  return Object.keys(runs).find((path) => runs[path]?.status === "running");
}

/**
 * The scripts that match the filter, by kind.
 * @param {State} state
 * @returns {{kind: string, scripts: ScriptInfo[]}[]}
 */
export function shownScripts({ scripts, filter }) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = scripts.filter((script) => {
    const text =
      `${script.slug} ${script.title} ${script.aliases.join(" ")} ${script.kind} ${script.path}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return ["macro", "transform", "utility"]
    .map((kind) => ({ kind, scripts: fits.filter((script) => script.kind === kind) }))
    .filter((group) => group.scripts.length > 0);
}

/** @param {State} state @returns {Buffer | null} */
export function openBuffer({ buffers, selected }) {
  return selected === null ? null : (buffers[selected] ?? null);
}

/** Whether there are unsaved changes. A text without a file is unsaved. @param {Edited} edited */
export function isDirty({ base, text }) {
  return base === null || text !== base.content;
}

/** @param {Preview} preview */
export function isDocumentDirty(preview) {
  return preview.path !== null && isDirty(preview);
}

/** Whether a script came with pybridge and is not a file of the project. @param {string} path */
export function isBuiltIn(path) {
  return path.startsWith("default_scripts/");
}

/**
 * @param {State} state
 * @param {string} path
 */
export function scriptAt({ scripts }, path) {
  return scripts.find((script) => script.path === path) ?? null;
}

/** Whether the author can change a script. @param {string} path */
export function isWritable(path) {
  return !isBuiltIn(path);
}
