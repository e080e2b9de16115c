/**
 * The buffer of an open script.
 * @import { Studio } from "../studio.js"
 */
import { patchBuffer } from "../patches.js";

/**
 * @param {Studio} studio
 * @param {string} path
 */
export function scriptBuffer({ store, api, buffers, scriptSync }, path) {
  return buffers.over({
    path,
    draft: path,
    get: () => store.get().buffers[path],
    patch: (patch, file) => patchBuffer(store, path, file ? { ...patch, info: file.script, uses: file.uses } : patch),
    read: () => api.readScript(path),
    write: (text, expected) =>
      expected === null ? api.writeNewScript(path, text) : api.writeScript(path, text, expected),
    changed: () => scriptSync.edited(path),
  });
}
