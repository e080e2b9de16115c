/**
 * Earlier contents of the open script: look, compare, bring back.
 * @import { Studio } from "../context.js"
 */
import { complain, during, failureOf, inform } from "../context.js";
import { afterChange, saveScript } from "./scripts.js";

/**
 * @param {Studio} studio
 * @param {string} path
 */
export async function showHistory(studio, path) {
  const { store, api } = studio;
  store.set({ history: { path, report: null, chosen: null, content: null, failure: null } });
  try {
    const report = await during(store, "Reading the history", () => api.history(path));
    store.set({ history: { path, report, chosen: null, content: null, failure: null } });
    if (report.versions.length > 0) await chooseVersion(studio, report.versions[0].sha256);
  } catch (error) {
    store.set({ history: { path, report: null, chosen: null, content: null, failure: failureOf(error) } });
  }
}

/**
 * @param {Studio} studio
 * @param {string} sha256
 */
export async function chooseVersion(studio, sha256) {
  const { store, api } = studio;
  const { history } = store.get();
  if (history === null) return;
  store.set({ history: { ...history, chosen: sha256, content: null, failure: null } });
  try {
    const content = await api.versionContent(history.path, sha256);
    const now = store.get().history;
    if (now?.chosen === sha256) store.set({ history: { ...now, content } });
  } catch (error) {
    const now = store.get().history;
    if (now?.chosen === sha256) store.set({ history: { ...now, failure: failureOf(error) } });
  }
}

/**
 * Bring the chosen content back; what it replaces is kept too, unsaved changes included.
 * @param {Studio} studio
 */
export async function restoreVersion(studio) {
  const { store, api } = studio;
  const { history } = store.get();
  if (!history?.chosen) return;
  const { path, chosen } = history;
  try {
    await saveScript(studio, path);
    if (store.get().buffers[path]?.conflict) return;
    await during(store, "Restoring", () => api.restoreScript(path, chosen));
    await afterChange(studio, path);
    await showHistory(studio, path);
    inform(store, `${path} is as it was at ${chosen.slice(0, 8)}`);
  } catch (error) {
    complain(store, error);
  }
}
