/**
 * The document beside the code: rendered again whenever it or a script changed, one rendering at a time.
 * @import { Studio } from "../context.js"
 * @import { Preview } from "../types.js"
 */
import { complain, during, failureOf } from "../context.js";
import { emptyPreview, openBuffer } from "../state.js";
import { documentOrDraft } from "./documents.js";
import { bringEdited } from "./python.js";

let isWanted = false;
let isAtWork = false;

/** RestartLog the rendering that is going on. @type {AbortController | null} */
let rendering = null;

/** How often a document was chosen: an answer to an earlier choice comes too late. */
let choices = 0;

/** How often the author wrote in one. */
let edits = 0;

/**
 * @param {Studio} studio
 * @param {Partial<Preview>} patch
 */
export function patchPreview({ store }, patch) {
  store.set(({ preview }) => ({ preview: { ...preview, ...patch } }));
}

/**
 * Show a document; null for the scratch document. Unsaved changes from last time are there again.
 * @param {Studio} studio
 * @param {string | null} path
 * @param {string[]} [names] of macros; the first use of one of them is brought into view
 * @param {() => boolean} [isWelcome] asked once it is there: whether to show it still
 */
export async function showDocument(studio, path, names = [], isWelcome = () => true) {
  const { store } = studio;
  choices += 1;
  const choice = choices;
  studio.media.forget();
  if (path === null) {
    store.set({ preview: { ...emptyPreview(), text: scratchText(studio), isBusy: rendering !== null }, jump: null });
    return previewSoon(studio);
  }
  try {
    const preview = await during(store, `Opening ${path}`, () => documentOrDraft(studio, path));
    if (choice !== choices || !isWelcome()) return;
    // A rendering that hangs goes on, and can be stopped, whichever document it was for.
    store.set({ preview: { ...preview, isBusy: rendering !== null }, jump: placeOfUse(preview.text, names) });
    previewSoon(studio);
  } catch (error) {
    complain(store, error);
  }
}

/** The author writes in the document that is shown: one that was to follow a script does not replace it any more. */
export function stay() {
  edits += 1;
}

/**
 * @param {string} text
 * @param {string[]} names
 * @returns {import("../types.js").State["jump"]}
 */
function placeOfUse(text, names) {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => names.some((name) => line.toLowerCase().includes(`[[${name}`)));
  return at < 0 ? null : { in: "document", line: at + 1, column: 1, at: Date.now(), isQuiet: true };
}

/**
 * A macro was opened: show a document that uses it, unless the one that is shown does.
 * @param {Studio} studio
 * @param {string} path of the script
 */
export async function followScript(studio, path) {
  const { preview, documents, buffers } = studio.store.get();
  const info = buffers[path]?.info;
  if (info?.kind !== "macro") return;
  const names = [info.slug, ...info.aliases];
  const isUsedIn = (/** @type {Record<string, number>} */ macros) => names.some((name) => name in macros);
  const shown = documents.find((document) => document.path === preview.path);
  if (shown && isUsedIn(shown.macros)) return;
  if (preview.path === null && preview.text.includes(`[[${info.slug}`)) return;
  const before = edits;
  const using = documents.find(({ macros }) => isUsedIn(macros))?.path ?? null;
  await showDocument(studio, using, names, () => edits === before);
}

/** @param {Studio} studio */
function scratchText({ store, drafts }) {
  const draft = drafts.get("document:");
  const info = openBuffer(store.get())?.info;
  if (draft !== null && (info?.kind !== "macro" || draft.text.includes(`[[${info.slug}`))) return draft.text;
  if (info?.kind !== "macro") return "# A scratch document\n\nWrite here and see it rendered.\n";
  return `# A scratch document\n\nIt is not saved. Try the macro here:\n\n${exampleToken(info)}\n`;
}

/**
 * The macro as an author would write it, with what its params ask for.
 * @param {import("../types.js").ScriptInfo} info
 */
export function exampleToken(info) {
  /** @type {Record<string, any>} */
  const known = /** @type {any} */ (info.params)?.properties ?? {};
  const required = /** @type {any} */ (info.params)?.required ?? [];
  const params = required.map((/** @type {string} */ name) => `${name}=${exampleValue(known[name] ?? {})}`);
  const open = [info.slug, ...params].join(" ");
  return info.body ? `[[${open}]]\nIts body.\n[[/${info.slug}]]` : `[[${open}]]`;
}

/** @param {Record<string, any>} schema */
function exampleValue(schema) {
  const value = schema.default ?? schema.const ?? schema.enum?.[0];
  if (value !== undefined) return typeof value === "number" ? String(value) : JSON.stringify(String(value));
  return schema.type === "integer" || schema.type === "number" ? String(schema.minimum ?? 1) : '"text"';
}

/**
 * Render as soon as the worker is free. However often this is called meanwhile, only the latest state is rendered.
 * @param {Studio} studio
 */
export function previewSoon(studio) {
  isWanted = true;
  if (!isAtWork) void work(studio);
}

/** @param {Studio} studio */
async function work(studio) {
  isAtWork = true;
  while (isWanted) {
    isWanted = false;
    // One task of the event loop: keys that are waiting come first.
    await new Promise((resolve) => setTimeout(resolve, 16));
    if (studio.store.get().python.status === "ready") await renderOnce(studio);
  }
  isAtWork = false;
}

/** @param {Studio} studio */
async function renderOnce(studio) {
  const { store, api, python } = studio;
  const { preview, shared } = store.get();
  const started = performance.now();
  rendering = new AbortController();
  const { signal } = rendering;
  patchPreview(studio, { isBusy: true, isStopped: false });
  try {
    const runtime = await python.ready();
    await bringEdited(studio);
    const { document, problem } = preview.path
      ? await api.prepareDocument(preview.path, preview.text)
      : { document: { text: preview.text }, problem: null };
    const [rendered] = await runtime.renderDocuments([document], { ...shared, parts: true, signal });
    if (signal.aborted) return patchPreview(studio, { isBusy: false, isStopped: true });
    const html = await api.bodyOf(rendered);
    if (store.get().preview.path !== preview.path) return;
    patchPreview(studio, { rendered, html, isBusy: false, failure: problem, durationMs: performance.now() - started });
  } catch (error) {
    if (signal.aborted) patchPreview(studio, { isBusy: false, isStopped: true });
    else patchPreview(studio, { isBusy: false, failure: failureOf(error) });
  } finally {
    rendering = null;
  }
}

/** What ends the rendering that is going on; null where there is none. */
export function renderingNow() {
  return rendering;
}

/** End the rendering, whatever a macro is doing, and its worker with it; the page stays as it was. */
export function stopRendering() {
  isWanted = false;
  rendering?.abort();
}
