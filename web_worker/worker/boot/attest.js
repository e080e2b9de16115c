/**
 * The probes that the sandbox must pass at every start, before it accepts a script.
 *
 * Each probe tries something forbidden with a reference taken *before* the scope was emptied, so that
 * it tests the browser's isolation and not the emptied scope. The host refuses to start when one fails that
 * the level it asked for needs.
 */
import { fact, throws } from "./probe.js";
import { probeCode } from "./probes_code.js";
import { probeNetwork } from "./probes_network.js";
import { probeStorage } from "./probes_storage.js";

const scope = /** @type {any} */ (globalThis);
const { Worker: PlatformWorker, SharedWorker: PlatformSharedWorker } = scope;
const { URL: PlatformURL, Blob: PlatformBlob, crossOriginIsolated } = scope;

/** Names whose absence is a probe of its own. */
const GONE = { close: "close", "post-to-creator": "postMessage", navigator: "navigator" };

/**
 * @param {object} facts
 * @param {string[]} facts.leftovers platform names that resisted removal
 * @param {boolean} facts.policyTaken
 * @param {string} facts.mark 16 hexadecimal digits that no other worker has
 * @param {string} facts.page address of the page's server; empty for none
 * @param {readonly import("./probe.js").Probe[]} gates what the runtime says of its own ways out
 * @returns {Promise<import("./probe.js").Probe[]>}
 */
export async function attest({ leftovers, policyTaken, mark, page }, gates) {
  const probes = await Promise.all([probeCode(), probeNetwork(mark, page), probeStorage(mark)]);
  return [
    ...probes.flat(),
    nestedWorker(policyTaken),
    fact("shared-worker", PlatformSharedWorker === undefined),
    fact("globals", leftovers.length === 0, leftovers.join(" ")),
    ...Object.entries(GONE).map(([probe, name]) => fact(probe, scope[name] === undefined)),
    ...gates,
    fact("coarse-timer", !crossOriginIsolated, crossOriginIsolated ? "5 µs" : "100 µs"),
  ];
}

/** @param {boolean} policyTaken */
function nestedWorker(policyTaken) {
  if (typeof PlatformWorker !== "function") return fact("nested-worker", true);
  const url = PlatformURL.createObjectURL(new PlatformBlob([""]));
  const probe = throws("nested-worker", () => new PlatformWorker(url));
  PlatformURL.revokeObjectURL(url);
  return fact("nested-worker", probe.held && policyTaken, policyTaken ? "" : "policy name still free");
}
