/**
 * Whether the CacheStorage that a worker can open is one of its own.
 *
 * Chromium and Firefox refuse it to an opaque origin. WebKit gives every opaque origin a store of its own: the worker
 * opens a cache with a name that only it and this page know, and the page looks whether it is among its own.
 */

const PROBE = "caches";

/**
 * @typedef {{probe: string, held: boolean, detail?: string}} Probe
 *
 * @param {readonly Probe[]} attestation
 * @param {string} mark of the worker
 * @returns {Promise<readonly Probe[]>} with the probe held where the page does not see the worker's cache
 */
export async function withOwnStore(attestation, mark) {
  const probe = attestation.find(({ probe }) => probe === PROBE);
  if (probe === undefined || probe.held || probe.detail !== "opened") return attestation;
  const isOwn = !(await deletedHere(`pybridge.${mark}`));
  const judged = { probe: PROBE, held: isOwn, detail: isOwn ? "a store of its own" : "the page's store" };
  return attestation.map((each) => (each === probe ? judged : each));
}

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether the page had such a cache
 */
async function deletedHere(name) {
  // Outside of a secure context a page has no store that could be reached.
  return (await globalThis.caches?.delete(name)) ?? false;
}

/** @returns {string} 16 hexadecimal digits that cannot be guessed */
export function newMark() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
