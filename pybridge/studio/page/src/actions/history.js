/**
 * Earlier contents of the open script: look, compare, bring back.
 * @import { Studio } from "../context.js"
 */
import { complain, during, failureOf, inform } from "../context.js";
import { afterChange, saveScript, writing } from "./scripts.js";

/** How often a history was asked for: an answer to an earlier question comes too late. */
let questions = 0;

/**
 * Show the earlier contents; the one that is chosen stays so.
 * @param {Studio} studio
 * @param {string} path
 */
export async function showHistory(studio, path) {
  const { store, api } = studio;
  questions += 1;
  const question = questions;
  const isLate = () => question !== questions || store.get().selected !== path;
  if (store.get().history?.path !== path) {
    store.set({ history: { path, report: null, chosen: null, content: null, failure: null } });
  }
  try {
    const report = await during(store, "Reading the history", () => api.history(path));
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
    await writing(studio, path, async () => {
      await during(store, "Restoring", () => api.restoreScript(path, chosen));
      await afterChange(studio, path);
    });
    await showHistory(studio, path);
    inform(store, `${path} is as it was at ${chosen.slice(0, 8)}`);
  } catch (error) {
    complain(store, error);
  }
}
