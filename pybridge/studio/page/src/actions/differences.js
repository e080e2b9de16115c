/**
 * Files against index: show what differs, take one side.
 * @import { Studio } from "../context.js"
 */
import { complain, during, failureOf, inform } from "../context.js";
import { createNewest } from "../newest.js";
import { afterChange, refreshScripts } from "./scripts.js";

const newest = createNewest();

/** @param {Studio} studio */
export async function showDifferences(studio) {
  studio.store.set({ view: "differences", pane: "code" });
  await during(studio.store, "Comparing files and index", () => compare(studio));
}

/**
 * Compare them anew, whatever is shown.
 * @param {Studio} studio
 */
export function compare({ store, api }) {
  const ask = () =>
    api.diff().then(
      (/** @type {any} */ report) => ({ report, failure: null }),
      (/** @type {unknown} */ error) => ({ report: null, failure: failureOf(error) }),
    );
  return newest(ask, (differences) => store.set({ differences }));
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
    await during(store, label, async () => {
      const done = await api.sync(side, paths);
      for (const path of done.written ?? []) if (store.get().buffers[path]) await afterChange(studio, path);
      await refreshScripts(studio);
      await compare(studio);
      const count = done.written?.length ?? 0;
      inform(
        store,
        side === "disk" ? "The index is as the files are" : `${count} file${count === 1 ? "" : "s"} written`,
      );
    });
  } catch (error) {
    complain(store, error);
  }
}
