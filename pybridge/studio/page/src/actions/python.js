/**
 * Keep the worker's scripts at the texts in the editor, and the preview at the worker.
 * @import { Studio } from "../context.js"
 */
import { complain, during, failureOf } from "../context.js";
import { isWritable, patchBuffer } from "./scripts.js";
import { previewSoon } from "./preview.js";

/** How long to wait for the next key before the text is looked at. */
const QUIET_MS = 180;

/** By path. @type {Map<string, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/**
 * Start Python and give it every script of the project, with unsaved changes.
 * @param {Studio} studio
 */
export async function startPython(studio) {
  const { store, python } = studio;
  store.set({ python: { status: "starting", failure: null } });
  try {
    await during(store, "Starting Python", () => python.ready());
    await bringScripts(studio).catch((error) => complain(store, error));
    store.set({ python: { status: "ready", failure: null } });
    // What was typed while the scripts were brought.
    for (const path of Object.keys(store.get().buffers)) textEdited(studio, path);
    previewSoon(studio);
  } catch (error) {
    store.set({ python: { status: "failed", failure: failureOf(error) } });
  }
}

/**
 * End the worker, whatever it is doing, and start another.
 * @param {Studio} studio
 */
export async function restartPython(studio) {
  await studio.python.dispose();
  await startPython(studio);
}

/**
 * Give the worker every script, as it is in the editor where it is open.
 * @param {Studio} studio
 */
export async function bringAll(studio) {
  const { store } = studio;
  if (store.get().python.status !== "ready") return;
  try {
    await bringScripts(studio);
    previewSoon(studio);
  } catch (error) {
    complain(store, error);
  }
}

/** @param {Studio} studio */
async function bringScripts(studio) {
  const { store, api, python } = studio;
  const sources = await api.scriptSources();
  const { buffers } = store.get();
  await python.bring(sources.map((source) => ({ ...source, content: buffers[source.path]?.text ?? source.content })));
  for (const path of Object.keys(store.get().buffers)) takeKnown(studio, path);
}

/**
 * Show what the worker knows of the text in the editor; what it knows of an earlier one is no news.
 * @param {Studio} studio
 * @param {string} path
 */
function takeKnown(studio, path) {
  const known = studio.python.known(path);
  const buffer = studio.store.get().buffers[path];
  if (known === undefined || !isWritable(path) || buffer?.text !== known.content) return;
  patchBuffer(studio, path, { problems: known.info.problems, info: known.info });
}

/**
 * The text of a script is another: look for problems and render again, once the author pauses.
 * @param {Studio} studio
 * @param {string} path
 */
export function textEdited(studio, path) {
  clearTimeout(timers.get(path));
  timers.set(
    path,
    setTimeout(() => look(studio, path), QUIET_MS),
  );
}

/**
 * Give the worker at once what it would be given after the pause: a rendering that starts now is one with these texts.
 * @param {Studio} studio
 */
export async function bringEdited(studio) {
  for (const path of [...timers.keys()]) await bring(studio, path);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
async function look(studio, path) {
  await bring(studio, path);
  previewSoon(studio);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
async function bring(studio, path) {
  const { store, python } = studio;
  clearTimeout(timers.get(path));
  timers.delete(path);
  const buffer = store.get().buffers[path];
  if (buffer === undefined || !isWritable(path) || store.get().python.status !== "ready") return;
  try {
    await python.change(path, buffer.text);
    takeKnown(studio, path);
  } catch (error) {
    complain(store, error);
  }
}
