/** Checks the options and arguments of the client's methods by one table; what has a schema is checked elsewhere. */
import { PybridgeError } from "./errors.js";

/**
 * What an option may be: a test, and its words.
 * @typedef {readonly [(value: any) => boolean, string]} Kind
 */

const isObject = (/** @type {unknown} */ value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (/** @type {unknown} */ value) => typeof value === "string";
const isNumber = (/** @type {unknown} */ value) => typeof value === "number";
const isTexts = (/** @type {unknown} */ value) => Array.isArray(value) && value.every(isText);

/** @satisfies {Record<string, Kind>} */
const KINDS = {
  /** Its own check has better words. */
  elsewhere: [() => true, ""],
  any: [() => true, ""],
  flag: [(value) => typeof value === "boolean", "true or false"],
  count: [(value) => Number.isInteger(value) && value >= 0, "a whole number, 0 or more"],
  duration: [(value) => value === null || (isNumber(value) && value >= 0), "a number, 0 or more"],
  function: [(value) => typeof value === "function", "a function"],
  object: [isObject, "an object"],
  signal: [(value) => value === null || isSignal(value), "an AbortSignal"],
  sanitize: [(value) => value === "always" || value === "none", '"always" or "none"'],
  texts: [isTexts, "a list of strings"],
};

/** @param {any} value from this realm or another */
function isSignal(value) {
  return isObject(value) && typeof value.aborted === "boolean" && typeof value.addEventListener === "function";
}

const { any, count, duration, elsewhere, flag, object, signal, texts, sanitize } = KINDS;
const DOCUMENTS = { env: any, data: any, post: any, parts: flag, limits: object, signal };
const ROLLOUT = { mode: elsewhere, fallback: elsewhere, onDifference: KINDS.function };

/** The options of each method. */
const OPTIONS = {
  start: {
    ...{ assets: elsewhere, preload: flag, isolation: elsewhere, spares: count, limits: object, sanitize },
    ...{ iframeHosts: elsewhere, abi: elsewhere, ...ROLLOUT },
  },
  renderMany: { limits: object, signal, onProgress: KINDS.function },
  renderStream: { limits: object, signal },
  preview: { signal },
  transform: { signal },
  renderDocuments: { ...DOCUMENTS, onProgress: KINDS.function },
  renderDocumentsStream: DOCUMENTS,
  run: { args: texts, onStdout: KINDS.function, onStderr: KINDS.function, signal, timeoutMs: duration, limits: object },
};

/**
 * Refuse options that a method does not have, and values that they cannot have. One that is undefined is left out.
 *
 * @param {keyof typeof OPTIONS} method
 * @param {any} options
 * @throws {PybridgeError} `usage`
 */
export function requireOptions(method, options) {
  /** @type {Record<string, Kind>} */
  const known = OPTIONS[method];
  const hint = `known: ${Object.keys(known).join(", ")}`;
  if (!isObject(options)) throw misused(`the options of ${method} must be an object, not ${wordFor(options)}`, hint);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) throw misused(`${method} has no option named ${name}`, hint);
    const [holds, words] = known[name];
    if (value !== undefined && !holds(value))
      throw misused(`the option ${name} of ${method} must be ${words}, not ${wordFor(value)}`);
  }
}

/**
 * @param {string} method
 * @param {any} items
 */
export function requireIterable(method, items) {
  const iterates =
    typeof items === "object" && items !== null && (Symbol.iterator in items || Symbol.asyncIterator in items);
  if (!iterates) throw misused(`${method} takes something that can be iterated, not ${wordFor(items)}`, "pass a list");
}

/** @param {unknown} paths */
export function requirePaths(paths) {
  if (!isTexts(paths)) throw misused("unload takes a list of paths, all strings", 'pass ["scripts/map.py"]');
}

/** @param {any} script */
export function requireProgram(script) {
  const holds = isText(script?.slug) || (isText(script?.path) && isText(script?.content));
  if (!holds) throw misused("run takes { slug } or { path, content }, all strings", 'pass { slug: "my_script" }');
}

/**
 * @param {unknown} content
 * @param {unknown} path
 */
export function requireSource(content, path) {
  if (!isText(content)) throw misused(`check takes the text of a script, not ${wordFor(content)}`);
  if (!isText(path)) throw misused(`the path of a script must be a string, not ${wordFor(path)}`);
}

/** Refuse a start where there is no page: in Node, or in a worker. */
export function requirePage() {
  if (typeof document === "object" && document !== null && typeof MessageChannel === "function") return;
  const hint = 'import "pybridge-runtime/service" in Node: it uses the command line\'s sandbox';
  throw misused("start needs a page: there is no document here", hint);
}

/** @param {unknown} value */
function wordFor(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  const isShort = typeof value === "number" || typeof value === "boolean" || typeof value === "string";
  return isShort ? JSON.stringify(value).slice(0, 40) : typeof value;
}

/**
 * @param {string} message
 * @param {string} [hint]
 */
function misused(message, hint) {
  return new PybridgeError(hint ? { code: "usage", message, hint } : { code: "usage", message });
}
