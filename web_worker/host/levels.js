/** The levels of isolation: what a worker has to prove at its start, and what to look at when it cannot. */
import { PybridgeError } from "./errors.js";

const EVERYWHERE = [
  ..."string-eval function-constructor async-function-constructor generator-constructor".split(" "),
  ..."async-generator-constructor dynamic-import network globals python-bridge import-gate".split(" "),
];

/**
 * @typedef {object} Level
 * @property {readonly string[]} probes that must hold
 * @property {string} hint where one of them does not
 */

/** @type {Record<string, Level>} */
const LEVELS = {
  origin: {
    probes: [...EVERYWHERE, "opaque-origin", "storage", "nested-worker"],
    hint: "frame.html must be served unchanged, in a browser with Trusted Types",
  },
  worker: {
    probes: EVERYWHERE,
    hint: "worker.js must be served with the Content-Security-Policy that docs/security.md names, in a browser with Trusted Types",
  },
};

/**
 * @param {string} isolation
 * @throws {PybridgeError} `usage` for a level that does not exist
 */
export function levelOf(isolation) {
  if (Object.hasOwn(LEVELS, isolation)) return LEVELS[isolation];
  throw new PybridgeError({
    code: "usage",
    message: `no isolation level named ${isolation}`,
    hint: `known: ${Object.keys(LEVELS).join(", ")}`,
  });
}
