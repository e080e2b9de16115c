/**
 * The form in the panel: the script's header fields, and the aliases in its source.
 * @import { Studio } from "../studio.js"
 */
import { scriptBuffer } from "../editing/script.js";
import { failureOf, showNotice, withTask } from "../notices.js";
import { patchBuffer } from "../patches.js";
import { isDirty } from "../state.js";
import { reloadScripts } from "./python.js";
import { afterChange, saveNow } from "./scripts.js";

/**
 * Change a script's metadata. Unsaved changes of the text are saved first, so that nothing is overwritten; an error is
 * shown at the field.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} field
 * @param {(sha256: string) => Promise<unknown>} change
 */
async function changeMetadata(studio, path, field, change) {
  const { store } = studio;
  patchBuffer(studio.store, path, { refused: null });
  try {
    await scriptBuffer(studio, path).writing(async () => {
      while (await saveNow(studio, path)); // text typed meanwhile is saved, too
      const buffer = store.get().buffers[path];
      if (!buffer?.base || buffer.conflict || isDirty(buffer)) return;
      await change(buffer.base.sha256);
    });
  } catch (error) {
    patchBuffer(studio.store, path, { refused: { field, failure: failureOf(error) } });
  }
}

/**
 * Change a header field.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} field title, kind or entrypoint
 * @param {string} value
 */
export function changeField(studio, path, field, value) {
  const { store, api } = studio;
  return changeMetadata(studio, path, field, async (sha256) => {
    await withTask(store, `Saving ${path}`, () => api.updateScript(path, { [field]: value }, sha256));
    await afterChange(studio, path);
  });
}

/**
 * Enable or disable a script.
 * @param {Studio} studio
 * @param {string} path
 * @param {boolean} enabled
 */
export function setEnabled(studio, path, enabled) {
  const { store, api } = studio;
  return changeMetadata(studio, path, "enabled", async (sha256) => {
    const label = `${enabled ? "Enabling" : "Disabling"} ${path}`;
    await withTask(store, label, () => api.setEnabled(path, enabled, sha256));
    await afterChange(studio, path);
  });
}

/**
 * Set a script's aliases; open a dialog first if documents use a removed one.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} text names, separated by commas or spaces
 */
export function changeAliases(studio, path, text) {
  const { store, api } = studio;
  const aliases = text.split(/[\s,]+/).filter(Boolean);
  return changeMetadata(studio, path, "aliases", async (expected) => {
    const dryRun = await withTask(store, `Finding uses of the aliases of ${path}`, () =>
      api.changeAliases(path, aliases, { dryRun: true, expected }),
    );
    const documents = dryRun.documents.map((document) => document.path);
    const had = store.get().buffers[path]?.info?.aliases ?? [];
    const gone = had.filter((alias) => !aliases.includes(alias));
    if (documents.length > 0) {
      store.set({ dialog: { kind: "aliases", path, aliases, gone, documents, updates: true, failure: null } });
    } else await writeAliases(studio, path, aliases, false);
  });
}

/**
 * @param {Studio} studio
 * @param {string} path
 * @param {string[]} aliases
 * @param {boolean} updateDocuments whether uses of removed names are rewritten to the slug
 */
export async function writeAliases(studio, path, aliases, updateDocuments) {
  const { store, api } = studio;
  const expected = store.get().buffers[path]?.base?.sha256 ?? "";
  const done = await withTask(store, `Saving ${path}`, () =>
    api.changeAliases(path, aliases, { updateDocuments, expected }),
  );
  await afterChange(studio, path);
  await reloadScripts(studio);
  const count = done.documents.length;
  if (updateDocuments && count > 0) showNotice(store, `${count} document${count === 1 ? "" : "s"} updated`);
  for (const note of done.notes) showNotice(store, note);
}

/**
 * Remove the error from the form after the field was reset.
 * @param {Studio} studio
 * @param {string} path
 */
export function forgetRefused(studio, path) {
  patchBuffer(studio.store, path, { refused: null });
}
