/**
 * Imported for its effect: from now on this process has one time, one time zone, one name and one sequence of random
 * numbers, so that what it makes is the same bytes on every run. For programs of the build only.
 *
 * A snapshot gives no secret away by it: it is published, and a worker that wakes from one seeds `random` anew.
 */

import crypto from "node:crypto";

/** Milliseconds: 1980-01-01, the earliest time that a zip archive can state. */
const TIME_MS = Date.UTC(1980, 0, 1);

process.env.TZ = "UTC";
// Emscripten tells Python the path of the program, in its environment.
process.argv[1] = "/pybridge";
globalThis.Date = class extends Date {
  /** @param {any[]} parts */
  constructor(...parts) {
    super(...(parts.length === 0 ? [TIME_MS] : /** @type {[number]} */ (parts)));
  }

  static now() {
    return TIME_MS;
  }
};
performance.now = () => 0;

let state = 1;
Object.defineProperty(globalThis.crypto, "getRandomValues", { value: fill });
Object.defineProperty(crypto, "randomFillSync", { value: fill });

/**
 * Fill an array by the generator xorshift32.
 * @template {ArrayBufferView} T
 * @param {T} array
 */
function fill(array) {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return array;
}
