/** Checks the host's input before anything is sent to a worker. */
import { ABI_VERSION } from "../../generated/facts.js";
import { depthOf } from "./limits.js";

/**
 * @param {any} value a call or a document
 * @param {import("./limits.js").Limits} limits
 * @param {string} what
 * @param {() => object | null} problems checks the schema; called only when the depth is within its limit
 * @param {number} [extra] characters that are sent in another place and count too
 * @returns {{error: any, text: ""} | {error: null, text: string}} the value as JSON text, or the error
 */
export function checkInput(value, limits, what, problems, extra = 0) {
  const depth = depthOf(value, limits.inputDepth);
  if (depth > limits.inputDepth) {
    const message = `the ${what} is nested deeper than ${limits.inputDepth} levels, or contains itself`;
    return { error: { code: "input-limit", message, hint: "flatten it, or raise the limit inputDepth" }, text: "" };
  }
  const error = problems();
  if (error) return { error, text: "" };
  return written(value, limits, what, extra);
}

/**
 * A value as JSON text, without checks of its shape and depth.
 * @param {any} value
 * @param {import("./limits.js").Limits} limits
 * @param {string} what
 * @param {number} [extra] characters that are sent in another place and count too
 * @returns {{error: any, text: ""} | {error: null, text: string}}
 */
export function written(value, limits, what, extra = 0) {
  try {
    const text = JSON.stringify(value);
    const size = text.length + extra;
    if (size <= limits.inputBytes) return { error: null, text };
    const message = `the ${what} is too large: ${size}, the limit is ${limits.inputBytes}`;
    return { error: { code: "input-limit", message, hint: "split it, or raise the limit inputBytes" }, text: "" };
  } catch (error) {
    // A BigInt, or a toJSON of the caller that throws: it fails this item only.
    const message = `the ${what} cannot be written as JSON: ${/** @type {Error} */ (error)?.message ?? error}`;
    return { error: { code: "schema", message }, text: "" };
  }
}

/**
 * @param {any} validate a generated validator
 * @param {any} value
 * @param {string} what
 * @returns {object | null} error.v1, or null when the value is valid
 */
export function problemsOf(validate, value, what) {
  if (what === "call" && value?.abi !== undefined && value.abi !== ABI_VERSION) return abiError(value.abi);
  if (validate(value)) return null;
  const [first] = validate.errors;
  const pointer = pointerOf(first);
  return { code: "schema", message: `invalid ${what}: ${pointer || "/"}: ${wordsOf(first)}`, pointer };
}

/** @param {unknown} theirs */
export function abiError(theirs) {
  const sent = typeof theirs === "number" ? `ABI ${theirs}` : `${String(JSON.stringify(theirs)).slice(0, 40)} as ABI`;
  const message = `this pybridge speaks ABI ${ABI_VERSION}, the caller sent ${sent}`;
  return { code: "abi", message, hint: "use the client and the types of the same build", pointer: "/abi" };
}

/** @param {any} error of Ajv */
function pointerOf({ instancePath, params }) {
  return params?.additionalProperty ? `${instancePath}/${params.additionalProperty}` : instancePath;
}

const EMPTY = "must not be empty";

/** The pattern of a string that is not blank, as in post.v1. */
const FILLED = /^\[\^\\t[^\]]+\]$/;

/** Words by keyword of the schema, from the parameters of Ajv's error. @type {Record<string, (params: any) => string>} */
const WORDS = {
  additionalProperties: () => "unknown field",
  unevaluatedProperties: () => "unknown field",
  required: ({ missingProperty }) => `the field ${missingProperty} is missing`,
  type: ({ type }) => `must be ${[type].flat().join(" or ")}`,
  enum: ({ allowedValues }) => `must be one of ${allowedValues.join(", ")}`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  pattern: ({ pattern }) => (FILLED.test(pattern) ? EMPTY : `must match ${pattern}`),
  minLength: ({ limit }) => (limit === 1 ? EMPTY : `must have at least ${limit} characters`),
  maxLength: ({ limit }) => `must have at most ${limit} characters`,
  minimum: ({ limit }) => `must be ${limit} or more`,
  maximum: ({ limit }) => `must be ${limit} or less`,
};

/** @param {any} error of Ajv */
function wordsOf({ keyword, params }) {
  return WORDS[keyword]?.(params) ?? `breaks ${keyword}`;
}
