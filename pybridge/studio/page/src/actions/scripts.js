/**
 * Open, edit, save and close scripts.
 * @import { Studio } from "../studio.js"
 * @import { Buffer } from "../types.js"
 */
import { scriptBuffer } from "../editing/script.js";
import { showError, withTask } from "../notices.js";
import { followScript } from "./preview.js";

/**
 * Reload the list of scripts.
 * @param {Studio} studio
 */
export function refreshScripts({ store, api, drafts, requests }) {
  return requests.scripts(
    () => api.listScripts(),
    (scripts) => store.set({ scripts, drafts: drafts.paths() }),
  );
}

/**
 * Open a script and restore its unsaved changes.
 * @param {Studio} studio
 * @param {string} path
 * @param {(studio: Studio, path: string) => Promise<void>} [show] shows a document beside it
 */
export async function openScript(studio, path, show = followScript) {
  const { store } = studio;
  store.set({ selected: path, view: "script", pane: "code", history: null, jump: null });
  if (store.get().buffers[path] !== undefined) return show(studio, path);
  try {
    const read = await withTask(store, `Opening ${path}`, () => readScript(studio, path));
    store.set(({ buffers }) => ({ buffers: { [path]: read, ...buffers } }));
    studio.scriptSync.edited(path);
    await show(studio, path);
  } catch (error) {
    showError(store, error);
  }
}

/**
 * Show a place in a script; the document beside it stays.
 * @param {Studio} studio
 * @param {{path: string, line?: number, column?: number}} place
 */
export async function goToScript(studio, { path, line = 1, column = 1 }) {
  const { store } = studio;
  const { selected, view } = store.get();
  if (selected !== path || view !== "script") await openScript(studio, path, async () => {});
  store.set({ pane: "code", jump: { in: "script", line, column, at: Date.now() } });
}

/**
 * @param {Studio} studio
 * @param {string} path
 * @returns {Promise<Buffer>}
 */
async function readScript(studio, path) {
  const { file, edited } = await scriptBuffer(studio, path).open();
  const { script = null, uses = [] } = file ?? {};
  return { ...edited, path, problems: script?.problems ?? [], info: script, uses, refused: null };
}

/**
 * The author typed.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} text
 */
export function editScript(studio, path, text) {
  if (scriptBuffer(studio, path).edit(text)) studio.scriptSync.edited(path);
}

/**
 * Save; a file that changed in the meantime is never overwritten unseen.
 * @param {Studio} studio
 * @param {string} path
 */
export async function saveScript(studio, path) {
  await scriptBuffer(studio, path).writing(() => saveNow(studio, path));
}

/**
 * Save, inside `writing`.
 * @param {Studio} studio
 * @param {string} path
 * @returns {Promise<boolean>} whether something was saved
 */
export async function saveNow(studio, path) {
  const isSaved = await scriptBuffer(studio, path).save();
  if (isSaved) await refreshScripts(studio).catch((error) => showError(studio.store, error));
  return isSaved;
}

/**
 * Write the text of the editor over the changed file.
 * @param {Studio} studio
 * @param {string} path
 */
export async function keepMine(studio, path) {
  if (scriptBuffer(studio, path).keepMine()) await saveScript(studio, path);
}

/**
 * Discard the unsaved changes for the text of the file; close the script if there is none.
 * @param {Studio} studio
 * @param {string} path
 */
export function takeTheirs(studio, path) {
  if (!scriptBuffer(studio, path).takeTheirs()) closeScript(studio, path);
}

/**
 * Close a script and discard its unsaved changes.
 * @param {Studio} studio
 * @param {string} path
 */
export function closeScript({ store, drafts }, path) {
  drafts.forget(path);
  store.set(({ buffers, selected }) => {
    const { [path]: _closed, ...others } = buffers;
    return {
      buffers: others,
      selected: selected === path ? null : selected,
      pane: selected === path ? "scripts" : "code",
      drafts: drafts.paths(),
    };
  });
}

/**
 * Reload a script and the list after the service changed its file.
 * @param {Studio} studio
 * @param {string} path
 */
export async function afterChange(studio, path) {
  const { store, api } = studio;
  if (store.get().buffers[path] !== undefined) scriptBuffer(studio, path).takeChanged(await api.readScript(path));
  await refreshScripts(studio);
}
