/** Members that all calls of a batch share are sent once. */

const NAMES = /** @type {const} */ (["env", "post", "data"]);

/**
 * The members that are the same object in every call of a batch.
 *
 * @param {readonly any[]} calls
 * @returns {Record<string, object>} empty where none is
 */
export function sharedBy(calls) {
  /** @type {Record<string, object>} */
  const shared = {};
  if (calls.length < 2) return shared;
  for (const name of NAMES) {
    const value = calls[0]?.[name];
    if (typeof value === "object" && value !== null && calls.every((call) => call?.[name] === value)) {
      shared[name] = value;
    }
  }
  return shared;
}

/**
 * A call without the shared members.
 * @param {any} call
 * @param {Record<string, object>} shared
 */
export function withoutShared(call, shared) {
  const own = { ...call };
  for (const name of Object.keys(shared)) delete own[name];
  return "env" in shared ? { ...own, env: {} } : own;
}
