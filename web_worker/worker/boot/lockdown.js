/**
 * Empty the worker's global scope: remove the platform's names and keep those of the language.
 *
 * This is the second layer. The first is the browser's own: opaque origin, Content-Security-Policy and
 * Trusted Types hold even when nothing in this file has run.
 */
const scope = /** @type {any} */ (globalThis);

/** Names of the language itself. String evaluation behind some of them is refused by the CSP. */
const LANGUAGE = new Set(
  (
    "globalThis Infinity NaN undefined Object Function Array Number Boolean String Symbol BigInt Date " +
    "Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError " +
    "SuppressedError DisposableStack AsyncDisposableStack JSON Math Intl ArrayBuffer Atomics Uint8Array Int8Array " +
    "Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array Uint8ClampedArray " +
    "BigUint64Array BigInt64Array DataView Map Set WeakMap WeakSet WeakRef FinalizationRegistry Proxy Reflect " +
    "Iterator Temporal parseFloat parseInt isFinite isNaN decodeURI decodeURIComponent encodeURI encodeURIComponent " +
    "escape unescape eval WebAssembly constructor"
  ).split(" "),
);

/**
 * Names the interpreter's glue still calls by name while it runs.
 * `performance` is the coarse clock behind time.perf_counter, `crypto` the source of os.urandom, and
 * the interpreter reports its own end on the (silenced) console.
 */
const NEEDED = new Set(["performance", "crypto", "TextDecoder", "TextEncoder", "console"]);

/** Numbers that the platform pins to the scope. */
const CONSTANTS = new Set(["TEMPORARY", "PERSISTENT"]);

/** @param {string} name */
const isKept = (name) => LANGUAGE.has(name) || NEEDED.has(name) || CONSTANTS.has(name);

/**
 * Remove every other name along the whole prototype chain, and silence the console.
 * @returns {string[]} names that resisted
 */
export function emptyScope() {
  for (let holder = scope; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (!isKept(name)) remove(holder, name);
    }
  }
  return leftovers();
}

/**
 * @param {any} holder
 * @param {string} name
 */
function remove(holder, name) {
  if (Reflect.deleteProperty(holder, name)) return;
  try {
    Object.defineProperty(holder, name, { value: undefined, writable: false });
  } catch {
    // Not configurable: attestation names it when it still has a value.
  }
}

/** @returns {string[]} platform names that still have a value */
function leftovers() {
  const found = [];
  for (let holder = scope; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (!isKept(name) && holder[name] !== undefined) found.push(name);
    }
  }
  return found;
}
