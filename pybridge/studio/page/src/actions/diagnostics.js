/**
 * Statistics of the worker.
 * @import { Studio } from "../studio.js"
 */

/** How long to wait for the heap size: a busy worker does not answer. */
const HEAP_TIMEOUT_MS = 500;

/** @param {Studio} studio */
export async function showDiagnostics(studio) {
  studio.store.set({ view: "diagnostics", pane: "code" });
  await refreshDiagnostics(studio);
}

/** @param {Studio} studio */
export async function refreshDiagnostics({ store, python }) {
  if (store.get().python.status !== "ready") return;
  const runtime = await python.ready();
  store.set(({ diagnostics }) => ({ diagnostics: { ...diagnostics, stats: runtime.stats() } }));
  const nothing = new Promise((resolve) => setTimeout(resolve, HEAP_TIMEOUT_MS, null));
  const heapBytes = await Promise.race([runtime.heapBytes().catch(() => null), nothing]);
  store.set({ diagnostics: { stats: runtime.stats(), heapBytes: /** @type {number | null} */ (heapBytes) } });
}
