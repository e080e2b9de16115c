/** The values in a worker's messages of which no schema says what they hold, and the limits that only the engine applied. */

/** Characters by which the engine's mark for output that was cut may exceed the limit, in both streams together. */
const MARK = 200;

/** Microseconds that can still be added up exactly. */
const MOST_US = 2 ** 53;

/**
 * Whether *value*, parsed JSON, has at most so many levels, and no number that JSON does not have (`1e999`).
 * @param {unknown} value
 * @param {number} levels
 * @returns {boolean}
 */
export function isJsonValue(value, levels) {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((each) => isJsonValue(each, levels - 1));
  for (const name in value) if (!isJsonValue(/** @type {any} */ (value)[name], levels - 1)) return false;
  return true;
}

/**
 * @param {any} outcome valid by its schema
 * @param {import("../wire/limits.js").Limits} limits
 * @throws {Error} when it is larger than the engine may return
 */
export function checkSize({ result, stdout = "", stderr = "" }, { outputBytes, outputDepth, stdoutBytes }) {
  if (stdout.length + stderr.length > stdoutBytes + MARK) throw new Error("it has more output than a script may print");
  if (result === undefined) return;
  const text = result.html ?? result.markdown ?? result.text;
  if (text.length > outputBytes) throw new Error("it has a larger result than a script may return");
  if ("data" in result && !isJsonValue(result.data, outputDepth)) throw new Error("it has a result nested too deeply");
}

/**
 * @param {number} elapsedUs
 * @throws {Error} when the time is not one that can be added to others
 */
export function checkTime(elapsedUs) {
  if (!(elapsedUs <= MOST_US)) throw new Error("it has an impossible time");
}
