/**
 * The form beside the code: what stands in the script's header.
 * @import { Studio } from "../context.js"
 */
import { complain, during } from "../context.js";
import { afterChange, saveScript } from "./scripts.js";

/**
 * Change header fields. Unsaved changes of the text are saved first, so that nothing is overwritten.
 * @param {Studio} studio
 * @param {string} path
 * @param {Record<string, unknown>} fields title, kind, entrypoint
 */
export async function changeFields(studio, path, fields) {
  const { store, api } = studio;
  try {
    await saveScript(studio, path);
    const buffer = store.get().buffers[path];
    if (!buffer?.base || buffer.conflict) return;
    const { sha256 } = buffer.base;
    await during(store, `Saving ${path}`, () => api.updateScript(path, fields, sha256));
    await afterChange(studio, path);
  } catch (error) {
    complain(store, error);
  }
}
