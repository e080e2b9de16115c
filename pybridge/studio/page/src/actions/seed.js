/**
 * Make the built-in macros files of the project.
 * @import { Studio } from "../context.js"
 */
import { complain, during, inform } from "../context.js";
import { bringAll } from "./python.js";
import { openScript, refreshScripts } from "./scripts.js";

/** @param {Studio} studio */
export async function makeOwn(studio) {
  const { store, api } = studio;
  const { selected, buffers } = store.get();
  try {
    await during(store, "Adding the built-in macros", () => api.seed());
    await refreshScripts(studio);
    await bringAll(studio);
    inform(store, "The built-in macros are files of the project now");
    const slug = selected ? buffers[selected]?.info?.slug : null;
    const own = store.get().scripts.find((script) => script.slug === slug);
    if (own) await openScript(studio, own.path);
  } catch (error) {
    complain(store, error);
  }
}
