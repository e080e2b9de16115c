/**
 * Earlier versions of the open script: list, compare, restore.
 * @import { Studio } from "../studio.js"
 */
import { scriptBuffer } from "../editing/script.js";
import { failureOf, showError, showNotice, withTask } from "../notices.js";
import { afterChange, saveScript } from "./scripts.js";

/**
 * Show the earlier versions; the chosen one stays chosen.
 * @param {Studio} studio
 * @param {string} path
 */
export async function showHistory(studio, path) {
  const { store, api } = studio;
  const isLatest = studio.requests.histories.begin();
  const isLate = () => !isLatest() || store.get().selected !== path;
  if (store.get().history?.path !== path) {
    store.set({ history: { path, report: null, chosen: null, content: null, failure: null } });
  }
  try {
    const report = await withTask(store, "Reading the history", () => api.history(path));
    if (isLate()) return;
    const before = store.get().history;
    store.set({ history: { path, report, chosen: null, content: null, failure: null } });
    const [latest] = report.versions;
    const kept = report.versions.find((/** @type {any} */ version) => version.sha256 === before?.chosen);
    if (latest) await chooseVersion(studio, (kept ?? latest).sha256);
  } catch (error) {
    if (isLate()) return;
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
 * Restore the chosen version; the replaced text is kept in the history, unsaved changes included.
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
    await scriptBuffer(studio, path).writing(async () => {
      await withTask(store, "Restoring", () => api.restoreScript(path, chosen));
      await afterChange(studio, path);
    });
    await showHistory(studio, path);
    showNotice(store, `${path} was restored to ${chosen.slice(0, 8)}`);
  } catch (error) {
    showError(store, error);
  }
}
