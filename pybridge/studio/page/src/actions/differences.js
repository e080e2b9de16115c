/**
 * Compare files and index, and take one side.
 * @import { Studio } from "../studio.js"
 */
import { failureOf, showError, showNotice, withTask } from "../notices.js";
import { afterChange, refreshScripts } from "./scripts.js";

/** @param {Studio} studio */
export async function showDifferences(studio) {
  studio.store.set({ view: "differences", pane: "code" });
  await withTask(studio.store, "Comparing files and index", () => compare(studio));
}

/**
 * Compare them again.
 * @param {Studio} studio
 */
export function compare({ store, api, requests }) {
  const ask = () =>
    api.diff().then(
      (/** @type {any} */ report) => ({ report, failure: null }),
      (/** @type {unknown} */ error) => ({ report: null, failure: failureOf(error) }),
    );
  return requests.differences(ask, (differences) => store.set({ differences }));
}

/**
 * @param {Studio} studio
 * @param {"disk" | "index"} side whose metadata replaces the other's
 * @param {string[]} [paths] scripts to change; all by default
 */
export async function takeSide(studio, side, paths) {
  const { store, api } = studio;
  const label = side === "disk" ? "Updating the index from the files" : "Writing the index's metadata into the files";
  try {
    await withTask(store, label, async () => {
      const done = await api.sync(side, paths);
      for (const path of done.written ?? []) if (store.get().buffers[path]) await afterChange(studio, path);
      await refreshScripts(studio);
      await compare(studio);
      const count = done.written?.length ?? 0;
      showNotice(store, side === "disk" ? "The index is up to date" : `${count} file${count === 1 ? "" : "s"} written`);
    });
  } catch (error) {
    showError(store, error);
  }
}
