/**
 * Choose the document beside the code.
 * @import { Studio } from "../studio.js"
 */
import { documentBuffer, draftOf } from "../editing/document.js";
import { showError, withTask } from "../notices.js";
import { emptyPreview, openBuffer } from "../state.js";

/**
 * Show a document and restore its unsaved changes.
 * @param {Studio} studio
 * @param {string | null} path null for the scratch document
 * @param {string[]} [names] of macros; scrolls to the first use of one of them
 * @param {() => boolean} [isWanted] called after reading: false drops the document
 */
export async function showDocument(studio, path, names = [], isWanted = () => true) {
  const { store, renderer } = studio;
  const isLatest = studio.requests.choices.begin();
  studio.media.forget();
  if (path === null) {
    const isBusy = renderer.current() !== null;
    store.set({ preview: { ...emptyPreview(), text: scratchText(studio), isBusy }, jump: null });
    return renderer.request();
  }
  try {
    const { edited } = await withTask(store, `Opening ${path}`, () => documentBuffer(studio, path).open());
    if (!isLatest() || !isWanted()) return;
    // A rendering of the previous document may still run; it can be stopped.
    const isBusy = renderer.current() !== null;
    store.set({ preview: { ...emptyPreview(), ...edited, path, isBusy }, jump: placeOfUse(edited.text, names) });
    renderer.request();
  } catch (error) {
    showError(store, error);
  }
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
 * After a macro was opened, show a document that uses it, unless the shown one does.
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
  const isUntouched = studio.requests.edits.watch();
  const using = documents.find(({ macros }) => isUsedIn(macros))?.path ?? null;
  await showDocument(studio, using, names, isUntouched);
}

/** @param {Studio} studio */
function scratchText({ store, drafts }) {
  const draft = drafts.get(draftOf(null));
  const info = openBuffer(store.get())?.info;
  if (draft !== null && (info?.kind !== "macro" || draft.text.includes(`[[${info.slug}`))) return draft.text;
  if (info?.kind !== "macro") return "# A scratch document\n\nWrite here to see it rendered.\n";
  return `# A scratch document\n\nIt is not saved. Try the macro here:\n\n${exampleToken(info)}\n`;
}

/**
 * An example call of a macro, with its required params.
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
