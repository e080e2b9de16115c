/**
 * Errors, notices and running tasks, as they are shown.
 * @import { Failure } from "./types.js"
 */

/**
 * An error in the form it is shown in.
 * @param {any} error
 * @returns {Failure}
 */
export function failureOf(error) {
  const value = error?.value;
  if (value?.message) return value;
  return {
    code: "internal",
    message: String(error?.message ?? error),
    hint: "reload the page; unsaved changes are kept",
  };
}

let lastId = 0;

/** How long an informational notice stays. */
const NOTICE_MS = 6000;

/**
 * Show a notice for a while.
 * @param {import("./store.js").Store} store
 * @param {string} text
 */
export function showNotice(store, text) {
  lastId += 1;
  const notice = { id: lastId, kind: /** @type {const} */ ("info"), text };
  store.set(({ notices }) => ({ notices: [...notices.filter((each) => each.text !== text), notice].slice(-4) }));
  setTimeout(() => dismiss(store, notice.id), NOTICE_MS);
}

/**
 * Show an error until it is dismissed; cancellations are not shown.
 * @param {import("./store.js").Store} store
 * @param {unknown} error
 */
export function showError(store, error) {
  const { code, message, hint } = failureOf(error);
  if (code === "cancelled") return;
  lastId += 1;
  const notice = { id: lastId, kind: /** @type {const} */ ("error"), text: message, hint };
  store.set(({ notices }) => ({ notices: [...notices.filter((each) => each.text !== message), notice].slice(-4) }));
}

/**
 * @param {import("./store.js").Store} store
 * @param {number} id
 */
export function dismiss(store, id) {
  store.set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/**
 * Show a task in the status bar while *work* runs.
 * @template T
 * @param {import("./store.js").Store} store
 * @param {string} label such as "Saving note.py"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withTask(store, label, work) {
  lastId += 1;
  const task = { id: lastId, label, since: performance.now() };
  store.set(({ tasks }) => ({ tasks: [...tasks, task] }));
  try {
    return await work();
  } finally {
    store.set(({ tasks }) => ({ tasks: tasks.filter((each) => each !== task) }));
  }
}
