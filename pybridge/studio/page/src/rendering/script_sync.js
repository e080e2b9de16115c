/**
 * Keeps the worker's scripts equal to the texts in the editor.
 * @import { Python, Source } from "../python.js"
 * @import { Store } from "../store.js"
 */
import { showError } from "../notices.js";
import { patchBuffer } from "../patches.js";
import { isWritable } from "../state.js";

/** How long the author must pause before a text is loaded. */
const QUIET_MS = 180;

/**
 * @param {{store: Store, python: Python}} parts
 * @param {() => void} onChange called after an edited text was loaded
 */
export function createScriptSync({ store, python }, onChange) {
  /** Edited texts that are not loaded yet, by path. @type {Map<string, ReturnType<typeof setTimeout>>} */
  const timers = new Map();

  /** @param {string} path */
  async function load(path) {
    clearTimeout(timers.get(path));
    timers.delete(path);
    const buffer = store.get().buffers[path];
    if (buffer === undefined || !isWritable(path) || store.get().python.status !== "ready") return;
    try {
      await python.load(path, buffer.text);
      takeKnown({ store, python }, path);
    } catch (error) {
      showError(store, error);
    }
  }

  return {
    /** Load a text once the author pauses, then report the change. @param {string} path */
    edited(path) {
      clearTimeout(timers.get(path));
      timers.set(
        path,
        setTimeout(() => load(path).then(onChange), QUIET_MS),
      );
    },

    /** Load every edited text now, so that a rendering that starts next uses it. */
    async loadEdited() {
      for (const path of [...timers.keys()]) await load(path);
    },

    /**
     * Load all scripts of the project; an open script is loaded as it is in the editor.
     * @param {Source[]} sources
     */
    async loadAll(sources) {
      const { buffers } = store.get();
      await python.loadAll(
        sources.map((source) => ({ ...source, content: buffers[source.path]?.text ?? source.content })),
      );
      for (const path of Object.keys(store.get().buffers)) takeKnown({ store, python }, path);
    },
  };
}

/** @typedef {ReturnType<typeof createScriptSync>} ScriptSync */

/**
 * Show the worker's problems and metadata for the text in the editor, not for an earlier text.
 * @param {{store: Store, python: Python}} parts
 * @param {string} path
 */
function takeKnown({ store, python }, path) {
  const known = python.known(path);
  const buffer = store.get().buffers[path];
  if (known === undefined || !isWritable(path) || buffer?.text !== known.content) return;
  patchBuffer(store, path, { problems: known.info.problems, info: known.info });
}
