/**
 * What the actions share.
 * @import { Failure } from "./types.js"
 */

/**
 * @typedef {object} Studio
 * @property {import("./store.js").Store} store
 * @property {import("./api.js").Api} api
 * @property {import("./drafts.js").Drafts} drafts
 * @property {import("./python.js").Python} python
 * @property {import("./media.js").Media} media
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

/** How long a notice that needs no answer stays. */
const NOTICE_MS = 6000;

/**
 * Say something that does not belong to a place on the page.
 * @param {import("./store.js").Store} store
 * @param {string} text
 */
export function inform(store, text) {
  lastId += 1;
  const notice = { id: lastId, kind: /** @type {const} */ ("info"), text };
  store.set(({ notices }) => ({ notices: [...notices.filter((each) => each.text !== text), notice].slice(-4) }));
  setTimeout(() => dismiss(store, notice.id), NOTICE_MS);
}

/**
 * Say what failed; it stays until it is put away.
 * @param {import("./store.js").Store} store
 * @param {unknown} error
 */
export function complain(store, error) {
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
 * Do something that may take a while, and say so while it does.
 * @template T
 * @param {import("./store.js").Store} store
 * @param {string} label such as "Saving note.py"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function during(store, label, work) {
  lastId += 1;
  const task = { id: lastId, label, since: performance.now() };
  store.set(({ tasks }) => ({ tasks: [...tasks, task] }));
  try {
    return await work();
  } finally {
    store.set(({ tasks }) => ({ tasks: tasks.filter((each) => each !== task) }));
  }
}
