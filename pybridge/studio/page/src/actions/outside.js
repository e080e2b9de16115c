/**
 * What happens to the project outside of this page.
 * @import { Studio } from "../context.js"
 */
import { complain, failureOf, inform } from "../context.js";
import { createNewest } from "../newest.js";
import { createQueue } from "../queue.js";
import { isDirty } from "../state.js";
import { compare } from "./differences.js";
import { lookAtDocument, refreshDocuments } from "./documents.js";
import { previewSoon } from "./preview.js";
import { bringAll, restartPython, textEdited } from "./python.js";
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
  const { store } = studio;
  studio.media.forget();
  await refreshScripts(studio);
  if (store.get().phase === "gone") store.set({ phase: "ready", failure: null });
  for (const path of Object.keys(store.get().buffers)) await lookAt(studio, path);
  await refreshDocuments(studio);
  await lookAtDocument(studio);
  await bringAll(studio);
  if (store.get().view === "differences") await compare(studio);
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

/**
 * The settings may be others now, or what documents share.
 * @param {Studio} studio
 */
export async function lookAtProject(studio) {
  await Promise.all([lookAtShared(studio), lookAtSettings(studio)]).catch((error) => complain(studio.store, error));
}

const newestShared = createNewest();

/** @param {Studio} studio */
async function lookAtShared(studio) {
  await newestShared(
    () => studio.api.shared(),
    (shared) => studio.store.set({ shared }),
  );
  previewSoon(studio);
}

const newestSettings = createNewest();
/** Starts of Python for other settings, one after the other. */
const starts = createQueue();

/**
 * Python starts anew where the settings that it was started with are others now.
 * @param {Studio} studio
 */
async function lookAtSettings(studio) {
  const { store, api } = studio;
  let isOther = false;
  await newestSettings(
    () => api.project(),
    (project) => {
      const before = /** @type {any} */ (store.get().project);
      isOther = ["limits", "iframeHosts"].some(
        (name) => JSON.stringify(project[name]) !== JSON.stringify(before?.[name]),
      );
      store.set({ project });
    },
  );
  if (isOther && store.get().python.status !== "off") await starts.add(() => restartPython(studio));
}
