/**
 * Files against index: show what differs, take one side.
 * @import { Studio } from "../context.js"
 */
import { complain, during, failureOf, inform } from "../context.js";
import { afterChange, refreshScripts } from "./scripts.js";

/** @param {Studio} studio */
export async function showDifferences(studio) {
  const { store, api } = studio;
  store.set({ view: "differences", pane: "code" });
  try {
    const report = await during(store, "Comparing files and index", () => api.diff());
    store.set({ differences: { report, failure: null } });
  } catch (error) {
    store.set({ differences: { report: null, failure: failureOf(error) } });
  }
}

/**
 * @param {Studio} studio
 * @param {"disk" | "index"} side whose metadata holds from now on
 * @param {string[]} [paths] of which scripts; all without it
 */
export async function takeSide(studio, side, paths) {
  const { store, api } = studio;
  const label = side === "disk" ? "Bringing the index up to the files" : "Writing the index's metadata into the files";
  try {
    const done = await during(store, label, () => api.sync(side, paths));
    for (const path of done.written ?? []) if (store.get().buffers[path]) await afterChange(studio, path);
    await refreshScripts(studio);
    await showDifferences(studio);
    const count = done.written?.length ?? 0;
    inform(store, side === "disk" ? "The index is as the files are" : `${count} file${count === 1 ? "" : "s"} written`);
  } catch (error) {
    complain(store, error);
  }
}
