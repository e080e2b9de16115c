/**
 * What happens to the project outside of this page.
 * @import { Studio } from "../context.js"
 */
import { complain, failureOf, inform } from "../context.js";
import { isDirty } from "../state.js";
import { lookAtDocument } from "./documents.js";
import { bringAll, textEdited } from "./python.js";
import { patchBuffer, refreshScripts, takeAsConflict, untilWritten } from "./scripts.js";

/** Whether somebody is looking already, and whether there is something new to look at. */
let isLooking = false;
let isStale = false;

/**
 * Something changed, whatever it was: look at everything that is shown.
 * @param {Studio} studio
 */
export async function lookAgain(studio) {
  isStale = true;
  if (isLooking) return;
  isLooking = true;
  try {
    while (isStale) {
      isStale = false;
      await look(studio);
    }
  } catch (error) {
    if (failureOf(error).code === "usage" || failureOf(error).code === "unavailable") gone(studio, error);
    else complain(studio.store, error);
  } finally {
    isLooking = false;
  }
}

/** @param {Studio} studio */
async function look(studio) {
  const { store, api } = studio;
  studio.media.forget();
  await refreshScripts(studio);
  if (store.get().phase === "gone") store.set({ phase: "ready", failure: null });
  for (const path of Object.keys(store.get().buffers)) await lookAt(studio, path);
  store.set({ documents: await api.listDocuments() });
  await lookAtDocument(studio);
  await bringAll(studio);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
async function lookAt(studio, path) {
  const { store, api } = studio;
  await untilWritten(path);
  const before = store.get().buffers[path];
  const read = await api.readScript(path).catch((error) => {
    if (failureOf(error).code === "not-found") return null;
    throw error;
  });
  const buffer = store.get().buffers[path];
  if (buffer === undefined) return;
  // Saved in the meantime: what was read may be older than what is shown.
  if (buffer.base !== before?.base || buffer.isSaving) return lookAt(studio, path);
  if (read?.sha256 === buffer.base?.sha256) {
    if (read) patchBuffer(studio, path, { uses: read.uses });
  } else if (isDirty(buffer) || read === null) {
    takeAsConflict(studio, path, read);
  } else {
    patchBuffer(studio, path, {
      base: { content: read.content, sha256: read.sha256 },
      text: read.content,
      info: read.script,
      problems: read.script.problems,
      uses: read.uses,
    });
    inform(store, `${path} was changed outside; this is the new text`);
    textEdited(studio, path);
  }
}

/**
 * @param {Studio} studio
 * @param {unknown} error
 */
function gone({ store }, error) {
  store.set({ phase: "gone", failure: failureOf(error) });
}
