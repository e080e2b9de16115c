/** Storage and channels of the page's origin, asked in ways that leave nothing behind where they are open. */
import { fact, rejects } from "./probe.js";

const scope = /** @type {any} */ (globalThis);
const { navigator, origin } = scope;
const { locks, storage } = navigator;

/** Firefox refuses to give them at all where the origin is opaque. */
const [indexedDB, caches, cookieStore, localStorage, BroadcastChannel] = [
  "indexedDB",
  "caches",
  "cookieStore",
  "localStorage",
  "BroadcastChannel",
].map(given);

/** @param {string} name */
function given(name) {
  try {
    return scope[name];
  } catch (error) {
    return { refusal: error };
  }
}

/**
 * @param {string} mark
 * @returns {Promise<import("./probe.js").Probe[]>}
 */
export async function probeStorage(mark) {
  const isOpaque = origin === "null";
  return [
    { probe: "opaque-origin", held: isOpaque },
    ...(await Promise.all([
      // Asking for the list of databases would leave an unhandled rejection in Chromium.
      unlessMissing("storage", indexedDB, async () => indexedDB.deleteDatabase("pybridge.invalid")),
      isOpaque ? ownCaches(mark) : unlessMissing("caches", caches, () => caches.keys()),
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
 * @param {any} found
 * @param {() => Promise<unknown>} attempt
 */
async function unlessMissing(probe, found, attempt) {
  if (!found) return fact(probe, true, "not there");
  if (found.refusal) return fact(probe, true, "refused");
  return rejects(probe, attempt);
}

/**
 * An opaque origin may have a store of its own: the host looks whether what is opened here is in the page's.
 * @param {string} mark
 */
async function ownCaches(mark) {
  const probe = await unlessMissing("caches", caches, () => caches.open(`pybridge.${mark}`));
  return probe.held ? probe : fact("caches", false, "opened");
}
