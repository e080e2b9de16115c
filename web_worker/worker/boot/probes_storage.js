/** Storage and channels of the page's origin, asked in ways that leave nothing behind where they are open. */
import { fact, rejects } from "./probe.js";

const scope = /** @type {any} */ (globalThis);
const { indexedDB, caches, navigator, cookieStore, localStorage, BroadcastChannel, origin } = scope;
const { locks, storage } = navigator;

/** @returns {Promise<import("./probe.js").Probe[]>} */
export async function probeStorage() {
  const isOpaque = origin === "null";
  return [
    { probe: "opaque-origin", held: isOpaque },
    ...(await Promise.all([
      // Asking for the list of databases would leave an unhandled rejection in Chromium.
      unlessMissing("storage", indexedDB, async () => indexedDB.deleteDatabase("pybridge.invalid")),
      unlessMissing("caches", caches, () => caches.keys()),
      unlessMissing("locks", locks, () => locks.query()),
      unlessMissing("file-system", storage?.getDirectory, () => storage.getDirectory()),
      unlessMissing("cookies", cookieStore, () => cookieStore.getAll()),
      unlessMissing("local-storage", localStorage, async () => localStorage.length),
    ])),
    // It opens anywhere, and reaches those of the same origin only.
    fact("broadcast", isOpaque || BroadcastChannel === undefined),
  ];
}

/**
 * @param {string} probe
 * @param {unknown} found
 * @param {() => Promise<unknown>} attempt
 */
function unlessMissing(probe, found, attempt) {
  return found ? rejects(probe, attempt) : Promise.resolve(fact(probe, true, "not there"));
}
