/**
 * Copy the built-in macros into the project.
 * @import { Studio } from "../studio.js"
 */
import { showError, showNotice, withTask } from "../notices.js";
import { reloadScripts } from "./python.js";
import { openScript, refreshScripts } from "./scripts.js";

/** @param {Studio} studio */
export async function addBuiltIns(studio) {
  const { store, api } = studio;
  const { selected, buffers } = store.get();
  try {
    await withTask(store, "Adding the built-in macros", () => api.seed());
    await refreshScripts(studio);
    await reloadScripts(studio);
    showNotice(store, "The built-in macros were added to the project");
    const slug = selected ? buffers[selected]?.info?.slug : null;
    const own = store.get().scripts.find((script) => script.slug === slug);
    if (own) await openScript(studio, own.path);
  } catch (error) {
    showError(store, error);
  }
}
