/**
 * Recognises common valid messages in a fraction of the time that the schemas' validators take.
 *
 * True means that the validator would accept the value; false means that the validator has to decide. A fuzz test checks
 * that.
 */
import { validateOutcome } from "../../generated/validators.js";

/**
 * Whether *call* has only a macro's name, flat params and the two commonest members of `env`.
 * @param {any} call
 */
export function isPlainCall(call) {
  if (!isObject(call)) return false;
  for (const name in call) {
    if (name !== "abi" && name !== "macro" && name !== "params" && name !== "env") return false;
  }
  return call.abi === 1 && isPlainMacro(call.macro) && isFlat(call.params) && isPlainEnv(call.env);
}

/** Most levels of nesting of a plain call. */
export const PLAIN_DEPTH = 2;

/** @param {any} macro */
function isPlainMacro(macro) {
  if (!isObject(macro) || typeof macro.name !== "string" || macro.name === "") return false;
  for (const key in macro) {
    if (key !== "name" && (key !== "raw" || typeof macro.raw !== "string")) return false;
  }
  return true;
}

/** @param {any} params */
function isFlat(params) {
  if (!isObject(params)) return false;
  for (const name in params) {
    if (typeof params[name] === "object" && params[name] !== null) return false;
  }
  return true;
}

/** @param {any} env */
function isPlainEnv(env) {
  if (!isObject(env)) return false;
  for (const name in env) {
    if (name === "isPreview" ? typeof env.isPreview !== "boolean" : name !== "mainLanguage") return false;
  }
  return env.mainLanguage === undefined ? !("mainLanguage" in env) : typeof env.mainLanguage === "string";
}

/**
 * Whether *message* answers `render`, with valid outcomes.
 * @param {any} message parsed JSON
 */
export function isPlainReply(message) {
  if (!isObject(message) || message.kind !== "outcomes" || !Array.isArray(message.outcomes)) return false;
  let members = 0;
  for (const _ in message) members += 1;
  const { id, first, elapsedUs, done } = message;
  const isWhole = isCount(id) && isCount(first) && elapsedUs >= 0 && typeof elapsedUs === "number";
  return members === 6 && isWhole && typeof done === "boolean" && message.outcomes.every(isOutcome);
}

/** @param {any} outcome */
function isOutcome(outcome) {
  return isPlainOutcome(outcome) || validateOutcome(outcome);
}

/** @param {any} outcome */
function isPlainOutcome(outcome) {
  if (!isObject(outcome) || typeof outcome.scriptId !== "string" || !isObject(outcome.result)) return false;
  for (const name in outcome) if (name !== "result" && name !== "scriptId") return false;
  for (const name in outcome.result) if (name !== "html") return false;
  return typeof outcome.result.html === "string";
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isInteger(value) && /** @type {number} */ (value) >= 0;
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
