/**
 * The form beside the code: what stands in the script's header, and the aliases in its source.
 * @import { Studio } from "../context.js"
 */
import { during, failureOf, inform } from "../context.js";
import { isDirty } from "../state.js";
import { bringAll } from "./python.js";
import { afterChange, patchBuffer, save, writing } from "./scripts.js";

/**
 * Change something of a script. Unsaved changes of the text are saved first, so that nothing is overwritten;
 * what fails is said at the field.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} field
 * @param {(sha256: string) => Promise<unknown>} change
 */
async function changing(studio, path, field, change) {
  const { store } = studio;
  patchBuffer(studio, path, { refused: null });
  try {
    await writing(studio, path, async () => {
      while (await save(studio, path)); // who types on meanwhile is saved once more
      const buffer = store.get().buffers[path];
      if (!buffer?.base || buffer.conflict || isDirty(buffer)) return;
      await change(buffer.base.sha256);
    });
  } catch (error) {
    patchBuffer(studio, path, { refused: { field, failure: failureOf(error) } });
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
  return changing(studio, path, field, async (sha256) => {
    await during(store, `Saving ${path}`, () => api.updateScript(path, { [field]: value }, sha256));
    await afterChange(studio, path);
  });
}

/**
 * Let documents call a script, or keep them from it.
 * @param {Studio} studio
 * @param {string} path
 * @param {boolean} enabled
 */
export function setEnabled(studio, path, enabled) {
  const { store, api } = studio;
  return changing(studio, path, "enabled", async (sha256) => {
    const label = `${enabled ? "Enabling" : "Disabling"} ${path}`;
    await during(store, label, () => api.setEnabled(path, enabled, sha256));
    await afterChange(studio, path);
  });
}

/**
 * Give a script these aliases; where documents use one that goes, ask first.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} text names, separated by commas or spaces
 */
export function changeAliases(studio, path, text) {
  const { store, api } = studio;
  const aliases = text.split(/[\s,]+/).filter(Boolean);
  return changing(studio, path, "aliases", async (expected) => {
    const would = await during(store, `Looking who uses the aliases of ${path}`, () =>
      api.changeAliases(path, aliases, { dryRun: true, expected }),
    );
    const documents = would.documents.map((document) => document.path);
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
 * @param {boolean} updateDocuments whether uses of names that go are rewritten to the slug
 */
export async function writeAliases(studio, path, aliases, updateDocuments) {
  const { store, api } = studio;
  const expected = store.get().buffers[path]?.base?.sha256 ?? "";
  const done = await during(store, `Saving ${path}`, () =>
    api.changeAliases(path, aliases, { updateDocuments, expected }),
  );
  await afterChange(studio, path);
  await bringAll(studio);
  const count = done.documents.length;
  if (updateDocuments && count > 0) inform(store, `${count} document${count === 1 ? "" : "s"} updated`);
  for (const note of done.notes) inform(store, note);
}

/**
 * Show the aliases of the source again, whatever was typed.
 * @param {Studio} studio
 * @param {string} path
 */
export function forgetRefused(studio, path) {
  patchBuffer(studio, path, { refused: null });
}
