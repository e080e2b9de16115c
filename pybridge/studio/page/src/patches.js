/**
 * Replace a part of the state.
 * @import { Store } from "./store.js"
 * @import { Buffer, Preview, Run } from "./types.js"
 */
import { runOf } from "./state.js";

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
 * @param {string} path of the script
 * @param {Partial<Run>} patch
 */
export function patchRun(store, path, patch) {
  store.set((state) => ({ runs: { ...state.runs, [path]: { ...runOf(state, path), ...patch } } }));
}
