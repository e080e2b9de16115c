/**
 * Start Python and load the scripts.
 * @import { Studio } from "../studio.js"
 */
import { failureOf, showError, withTask } from "../notices.js";

/**
 * Start Python and load every script of the project, with unsaved changes.
 * @param {Studio} studio
 */
export async function startPython(studio) {
  const { store, python, scriptSync, renderer } = studio;
  store.set({ python: { status: "starting", failure: null } });
  try {
    await withTask(store, "Starting Python", () => python.ready());
    await loadScripts(studio).catch((error) => showError(store, error));
    store.set({ python: { status: "ready", failure: null } });
    // Texts may have been edited while the scripts were loaded.
    for (const path of Object.keys(store.get().buffers)) scriptSync.edited(path);
    renderer.request();
  } catch (error) {
    store.set({ python: { status: "failed", failure: failureOf(error) } });
  }
}

/**
 * Terminate the worker, whatever it is doing, and start another.
 * @param {Studio} studio
 */
export async function restartPython(studio) {
  await studio.python.dispose();
  await startPython(studio);
}

/**
 * Load every script again, as it is in the editor where it is open.
 * @param {Studio} studio
 */
export async function reloadScripts(studio) {
  const { store, renderer } = studio;
  if (store.get().python.status !== "ready") return;
  try {
    await loadScripts(studio);
    renderer.request();
  } catch (error) {
    showError(store, error);
  }
}

/** @param {Studio} studio */
async function loadScripts({ api, scriptSync }) {
  await scriptSync.loadAll(await api.scriptSources());
}
