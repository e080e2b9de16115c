/** The levels of isolation: what a worker has to prove at its start, and what to look at when it cannot. */
import { PybridgeError } from "../wire/errors.js";

const EVERYWHERE = [
  ..."string-eval timer-string function-constructor async-function-constructor generator-constructor".split(" "),
  ..."async-generator-constructor reachable-constructors dynamic-import import-blob import-url".split(" "),
  ..."network xhr websocket event-source web-transport beacon shared-worker".split(" "),
  ..."globals close post-to-creator navigator cookies local-storage python-bridge import-gate".split(" "),
];

/** What only an origin of its own gives. `coarse-timer` is stated and asked for by no level. */
const ORIGIN = "opaque-origin storage caches locks file-system broadcast nested-worker".split(" ");

/**
 * @typedef {object} Level
 * @property {readonly string[]} probes that must hold
 * @property {string} hint where one of them does not
 */

/** @type {Record<string, Level>} */
const LEVELS = {
  origin: {
    probes: [...EVERYWHERE, ...ORIGIN],
    hint: "frame.htm must be served unchanged, in a browser with Trusted Types",
  },
  worker: {
    probes: EVERYWHERE,
    hint: "worker.bin must be served with the headers that docs/security.md names, in a browser with Trusted Types",
  },
};

/**
 * @param {readonly {probe: string, held: boolean, detail?: string}[]} attestation of a worker
 * @param {Level} level
 * @returns {PybridgeError | null} which of the probes that the level needs do not hold; null if all do
 */
export function isolationError(attestation, level) {
  const held = new Map(attestation.map((probe) => [probe.probe, probe]));
  const open = level.probes.filter((name) => !held.get(name)?.held);
  if (open.length === 0) return null;
  const details = open.map((name) => (held.get(name)?.detail ? `${name} (${held.get(name)?.detail})` : name));
  const message = `the sandbox does not hold: ${details.join(", ")}`;
  return new PybridgeError({ code: "isolation", message, hint: level.hint });
}

/** @returns {string} an address that the page's server answers, for the probes; empty where the page came from none */
export function serverOfPage() {
  const { protocol, origin } = globalThis.location ?? {};
  return /^https?:$/.test(protocol) ? `${origin}/` : "";
}

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
