/**
 * Renders the document beside the code, one rendering at a time.
 * @import { Api } from "../api.js"
 * @import { Python } from "../python.js"
 * @import { Store } from "../store.js"
 * @import { ScriptSync } from "./script_sync.js"
 */
import { createCoalescer } from "../coalesce.js";
import { failureOf } from "../notices.js";
import { patchPreview } from "../patches.js";

/** One task of the event loop: waiting key events come first. */
const PAUSE_MS = 16;

/**
 * @typedef {object} Parts
 * @property {Store} store
 * @property {Api} api
 * @property {Python} python
 * @property {ScriptSync} scriptSync
 *
 * @param {Parts} parts
 */
export function createRenderer(parts) {
  const { store } = parts;
  /** @type {AbortController | null} */
  let rendering = null;

  const renderings = createCoalescer();

  async function renderLatest() {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (store.get().python.status !== "ready") return;
    rendering = new AbortController();
    try {
      await render(parts, rendering.signal);
    } finally {
      rendering = null;
    }
  }

  return {
    /** Render as soon as the worker is free. Requests made during a rendering cause one more, of the latest state. */
    request() {
      void renderings.request(renderLatest);
    },

    /** @returns {AbortController | null} stops the rendering in progress; null if there is none */
    current: () => rendering,

    /** Stop the rendering and terminate its worker; the page keeps its last rendering. */
    stop() {
      renderings.cancel();
      rendering?.abort();
    },
  };
}

/** @typedef {ReturnType<typeof createRenderer>} Renderer */

/**
 * @param {Parts} parts
 * @param {AbortSignal} signal
 */
async function render({ store, api, python, scriptSync }, signal) {
  const { preview, shared } = store.get();
  const started = performance.now();
  patchPreview(store, { isBusy: true, isStopped: false });
  try {
    const runtime = await python.ready();
    await scriptSync.loadEdited();
    const { document, problem } = preview.path
      ? await api.prepareDocument(preview.path, preview.text)
      : { document: { text: preview.text }, problem: null };
    const [expanded] = await runtime.renderDocuments([document], { ...shared, parts: true, signal });
    if (signal.aborted) return patchPreview(store, { isBusy: false, isStopped: true });
    const { html, warnings } = await api.bodyOf(expanded);
    if (store.get().preview.path !== preview.path) return;
    const rendered = { ...expanded, warnings: [...expanded.warnings, ...warnings] };
    patchPreview(store, { rendered, html, isBusy: false, failure: problem, durationMs: performance.now() - started });
  } catch (error) {
    if (signal.aborted) patchPreview(store, { isBusy: false, isStopped: true });
    else patchPreview(store, { isBusy: false, failure: failureOf(error) });
  }
}
