/** Limits of a runtime: the generated defaults, lowered or raised by the host. */
import { DEFAULT_LIMITS } from "../generated/facts.js";
import { PybridgeError } from "./errors.js";

/** @typedef {typeof DEFAULT_LIMITS} Limits */

/** Wall time a slice may use before its outcomes are posted; it bounds how stale progress can be. */
export const SLICE_MS = 10;

/** What one message to the worker carries at most: more items only wait longer in one JSON text. */
export const CHUNK_ITEMS = 2000;
export const CHUNK_CHARACTERS = 1 << 20;

/**
 * @param {Partial<Limits> | undefined} own
 * @returns {Limits}
 */
export function withDefaults(own) {
  for (const [name, value] of Object.entries(own ?? {})) {
    if (!(name in DEFAULT_LIMITS)) {
      const known = Object.keys(DEFAULT_LIMITS).join(", ");
      throw new PybridgeError({ code: "usage", message: `no limit named ${name}`, hint: `known: ${known}` });
    }
    if (typeof value !== "number" || !(value > 0)) {
      throw new PybridgeError({ code: "usage", message: `limit ${name} must be a positive number, not ${value}` });
    }
  }
  return { ...DEFAULT_LIMITS, ...own };
}

/**
 * Depth of a JSON value, counted without recursion: a deep one must not end the page.
 * @param {unknown} value
 * @param {number} atMost stop counting beyond this
 */
export function depthOf(value, atMost) {
  let level = isContainer(value) ? [value] : [];
  let depth = 0;
  while (level.length > 0 && depth <= atMost) {
    depth += 1;
    level = level.flatMap((container) => Object.values(/** @type {object} */ (container)).filter(isContainer));
  }
  return depth;
}

/** @param {unknown} value */
function isContainer(value) {
  return typeof value === "object" && value !== null;
}
