/** Limits of a runtime: the generated defaults, lowered or raised by the host. */
import { DEFAULT_LIMITS } from "../../generated/facts.js";
import { PybridgeError } from "./errors.js";

/** @typedef {typeof DEFAULT_LIMITS} Limits */

/** Limits that a single call may lower; the others hold for a worker from its start, or for loading. */
export const PER_CALL = Object.freeze(
  /** @type {const} */ ([
    "itemS",
    "runS",
    "inputBytes",
    "inputDepth",
    "outputBytes",
    "outputDepth",
    "stdoutBytes",
    "batchS",
    "batchItems",
  ]),
);

/** Wall time of a slice, after which its outcomes are posted. */
export const SLICE_MS = 10;

/** Most items and characters of one message to the worker. */
export const CHUNK_ITEMS = 2000;
export const CHUNK_CHARACTERS = 1 << 20;

/**
 * @param {Partial<Limits> | undefined} own
 * @returns {Limits}
 */
export function withDefaults(own) {
  requireLimits(own);
  return Object.freeze({ ...DEFAULT_LIMITS, ...own });
}

/**
 * The limits of one call: its own where they are lower than the host's.
 * @param {Limits} host
 * @param {Partial<Limits> | undefined} own
 * @returns {Limits} *host* itself where the call has none
 */
export function withinHost(host, own) {
  if (own === undefined) return host;
  requireLimits(own);
  const asked = Object.entries(own);
  const fixed = asked.find(([name]) => !PER_CALL.includes(/** @type {any} */ (name)));
  if (fixed) {
    const message = `the limit ${fixed[0]} is set when the runtime starts, not for a call`;
    throw new PybridgeError({ code: "usage", message, hint: `for a call: ${PER_CALL.join(", ")}` });
  }
  const lowered = asked.map(([name, value]) => [name, Math.min(value, host[/** @type {keyof Limits} */ (name)])]);
  return Object.freeze({ ...host, ...Object.fromEntries(lowered) });
}

/**
 * When a batch that begins now has to end, by `performance.now`.
 * @param {Limits} limits
 */
export function endOf({ batchS }) {
  return performance.now() + batchS * 1000;
}

/** @param {Partial<Limits> | undefined} own */
function requireLimits(own) {
  for (const [name, value] of Object.entries(own ?? {})) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      const known = Object.keys(DEFAULT_LIMITS).join(", ");
      throw new PybridgeError({ code: "usage", message: `no limit named ${name}`, hint: `known: ${known}` });
    }
    const isWhole = name.endsWith("S") || Number.isInteger(value);
    if (typeof value === "number" && value > 0 && isWhole) continue;
    const kind = name.endsWith("S") ? "a positive number" : "a positive whole number";
    throw new PybridgeError({ code: "usage", message: `limit ${name} must be ${kind}, not ${value}` });
  }
}

/**
 * Depth of a JSON value, counted without recursion, which a deep value would overflow.
 * @param {unknown} value
 * @param {number} atMost stop counting beyond this
 */
export function depthOf(value, atMost) {
  let level = isContainer(value) ? [value] : [];
  let depth = 0;
  while (level.length > 0 && depth <= atMost) {
    depth += 1;
    const below = level.flatMap((container) => Object.values(/** @type {object} */ (container)).filter(isContainer));
    // Each once: a value that is in several places, or in itself, would double the level at every depth.
    level = [...new Set(below)];
  }
  return depth;
}

/** @param {unknown} value */
function isContainer(value) {
  return typeof value === "object" && value !== null;
}
