/**
 * Open, confirm and close the dialogs: create, rename, delete, remove aliases.
 * @import { Studio } from "../studio.js"
 * @import { Dialog } from "../types.js"
 */
import { scriptBuffer } from "../editing/script.js";
import { failureOf, showNotice, withTask } from "../notices.js";
import { scriptAt } from "../state.js";
import { refreshDocuments } from "./documents.js";
import { writeAliases } from "./metadata.js";
import { closeScript, openScript, refreshScripts, saveScript } from "./scripts.js";
import { reloadScripts } from "./python.js";

/** @param {Studio} studio */
export function askToCreate({ store }) {
  store.set({ dialog: { kind: "create", title: "", script: "macro", failure: null } });
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
export function askToRename({ store }, path) {
  const slug = scriptAt(store.get(), path)?.slug ?? "";
  store.set({ dialog: { kind: "rename", path, slug, updates: true, failure: null } });
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
export function askToDelete({ store }, path) {
  store.set({ dialog: { kind: "delete", path, failure: null } });
}

/** @param {Studio} studio */
export function closeDialog({ store }) {
  store.set({ dialog: null });
}

/**
 * @param {Studio} studio
 * @param {Record<string, unknown>} patch
 */
export function patchDialog({ store }, patch) {
  store.set(({ dialog }) => ({ dialog: dialog && /** @type {Dialog} */ ({ ...dialog, ...patch }) }));
}

/** @param {Studio} studio */
export async function confirmDialog(studio) {
  const { dialog, isConfirming } = studio.store.get();
  if (isConfirming) return;
  studio.store.set({ isConfirming: true });
  try {
    if (dialog?.kind === "create") await create(studio, dialog);
    if (dialog?.kind === "rename") await rename(studio, dialog);
    if (dialog?.kind === "aliases") await confirmAliases(studio, dialog);
    if (dialog?.kind === "delete") await remove(studio, dialog.path);
    if (studio.store.get().dialog?.kind === dialog?.kind) studio.store.set({ dialog: null });
  } catch (error) {
    patchDialog(studio, { failure: failureOf(error) });
  } finally {
    studio.store.set({ isConfirming: false });
  }
}

/**
 * @param {Studio} studio
 * @param {{path: string, aliases: string[], updates: boolean}} wanted
 */
function confirmAliases(studio, { path, aliases, updates }) {
  return scriptBuffer(studio, path).writing(() => writeAliases(studio, path, aliases, updates));
}

/**
 * @param {Studio} studio
 * @param {{title: string, script: string}} wanted
 */
async function create(studio, { title, script }) {
  const made = await withTask(studio.store, "Creating the script", () => studio.api.createScript(title, script));
  await refreshScripts(studio);
  await openScript(studio, made.path);
}

/**
 * Unsaved changes are saved first, so that they move with the file.
 * @param {Studio} studio
 * @param {{path: string, slug: string, updates: boolean}} wanted
 */
async function rename(studio, { path, slug, updates }) {
  const { store, api } = studio;
  await saveScript(studio, path);
  const done = await scriptBuffer(studio, path).writing(() =>
    withTask(store, `Renaming to ${slug}`, () => api.renameScript(path, slug, updates)),
  );
  if (done.path !== path || store.get().buffers[path]) closeScript(studio, path);
  await refreshScripts(studio);
  await refreshDocuments(studio);
  await reloadScripts(studio);
  await openScript(studio, done.path);
  const count = done.documents.length;
  const rewritten = updates && count > 0 ? `; ${count} document${count === 1 ? "" : "s"} updated` : "";
  showNotice(store, `Renamed to ${done.slug}${rewritten}`);
  for (const note of done.notes) showNotice(store, note);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
async function remove(studio, path) {
  await withTask(studio.store, `Deleting ${path}`, () => studio.api.deleteScript(path));
  closeScript(studio, path);
  await refreshScripts(studio);
  await reloadScripts(studio);
  showNotice(studio.store, `Deleted ${path}; its history is kept`);
}
