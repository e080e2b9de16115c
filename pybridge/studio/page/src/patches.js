/**
 * Replace a part of the state.
 * @import { Store } from "./store.js"
 * @import { Buffer, Preview, Run } from "./types.js"
 */

/**
 * Does nothing when the script is not open.
 * @param {Store} store
 * @param {string} path
 * @param {Partial<Buffer>} patch
 */
export function patchBuffer(store, path, patch) {
  store.set(({ buffers }) => {
    const buffer = buffers[path];
    return buffer === undefined ? {} : { buffers: { ...buffers, [path]: { ...buffer, ...patch } } };
  });
}

/**
 * @param {Store} store
 * @param {Partial<Preview>} patch
 */
export function patchPreview(store, patch) {
  store.set(({ preview }) => ({ preview: { ...preview, ...patch } }));
}

/**
 * @param {Store} store
 * @param {Partial<Run>} patch
 */
export function patchRun(store, patch) {
  store.set(({ run }) => ({ run: { ...run, ...patch } }));
}
