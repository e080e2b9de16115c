/**
 * Reads the messages of the sandbox frame, and of a worker at level `worker`. They are structured clones: of any type, with
 * members of any type, however they are declared elsewhere.
 */

const KINDS = ["opened", "set-up", "failed", "spawned", "worker-error", "pong"];
const LONGEST_TEXT = 1000;

/**
 * @typedef {object} FrameMessage
 * @property {string} kind one of `KINDS`
 * @property {number} [generation]
 * @property {string} [message]
 */

/**
 * @param {unknown} data
 * @returns {FrameMessage | null} null for anything else
 */
export function readFrameMessage(data) {
  if (!isPlainObject(data)) return null;
  const { kind, generation, message } = data;
  if (typeof kind !== "string" || !KINDS.includes(kind)) return null;
  if (generation !== undefined && !Number.isSafeInteger(generation)) return null;
  if (message !== undefined && typeof message !== "string") return null;
  if (kind === "worker-error" && generation === undefined) return null;
  return { kind, generation, message: message?.slice(0, LONGEST_TEXT) };
}

/**
 * @param {unknown} data
 * @returns {WebAssembly.Module | null} the module that a worker compiled
 */
export function readModule(data) {
  if (!isPlainObject(data) || data.kind !== "module") return null;
  return data.module instanceof WebAssembly.Module ? data.module : null;
}

/**
 * @param {unknown} data
 * @returns {data is Record<string, any>} not so for what has a prototype of its own: a map, a date, an array
 */
function isPlainObject(data) {
  return typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype;
}
