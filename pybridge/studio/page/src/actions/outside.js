/**
 * Follow changes that other programs make to the project.
 * @import { Studio } from "../studio.js"
 */
import { scriptBuffer } from "../editing/script.js";
import { failureOf, showError, showNotice } from "../notices.js";
import { patchBuffer } from "../patches.js";
import { compare } from "./differences.js";
import { compareDocument, refreshDocuments } from "./documents.js";
import { reloadScripts, restartPython } from "./python.js";
import { refreshScripts } from "./scripts.js";

/**
 * Compare everything that is shown with the project. One comparison at a time; a request during one repeats it.
 * @param {Studio} studio
 */
export async function refresh(studio) {
  try {
    await studio.requests.refreshes.request(() => refreshOnce(studio));
  } catch (error) {
    if (failureOf(error).code === "usage" || failureOf(error).code === "unavailable") showUnreachable(studio, error);
    else showError(studio.store, error);
  }
}

/** @param {Studio} studio */
async function refreshOnce(studio) {
  const { store } = studio;
  studio.media.forget();
  await refreshScripts(studio);
  if (store.get().phase === "gone") store.set({ phase: "ready", failure: null });
  for (const path of Object.keys(store.get().buffers)) await compareScript(studio, path);
  await refreshDocuments(studio);
  await compareDocument(studio);
  await reloadScripts(studio);
  if (store.get().view === "differences") await compare(studio);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
async function compareScript(studio, path) {
  const { store } = studio;
  const buffer = scriptBuffer(studio, path);
  const { outcome, file } = await buffer.compare();
  if (outcome === "same" && file) patchBuffer(store, path, { uses: file.uses });
  if (outcome === "deleted") buffer.takeAsConflict(null);
  if (outcome !== "replaced" || file === null) return;
  patchBuffer(store, path, { problems: file.script.problems });
  showNotice(store, `${path} was changed outside the studio; this is the new text`);
}

/**
 * @param {Studio} studio
 * @param {unknown} error
 */
function showUnreachable({ store }, error) {
  store.set({ phase: "gone", failure: failureOf(error) });
}

/**
 * Reload the settings, and the context that documents share.
 * @param {Studio} studio
 */
export async function refreshProject(studio) {
  await Promise.all([refreshShared(studio), refreshSettings(studio)]).catch((error) => showError(studio.store, error));
}

/** @param {Studio} studio */
async function refreshShared(studio) {
  await studio.requests.shared(
    () => studio.api.shared(),
    (shared) => studio.store.set({ shared }),
  );
  studio.renderer.request();
}

/**
 * Restart Python if the settings it was started with have changed.
 * @param {Studio} studio
 */
async function refreshSettings(studio) {
  const { store, api, requests } = studio;
  let isChanged = false;
  await requests.settings(
    () => api.project(),
    (project) => {
      const before = /** @type {any} */ (store.get().project);
      isChanged = ["limits", "iframeHosts"].some(
        (name) => JSON.stringify(project[name]) !== JSON.stringify(before?.[name]),
      );
      store.set({ project });
    },
  );
  if (isChanged && store.get().python.status !== "off") await requests.restarts.add(() => restartPython(studio));
}
