/**
 * The document beside the code as a text: unsaved changes, saving, and what changes outside meanwhile.
 * @import { Studio } from "../context.js"
 * @import { Preview } from "../types.js"
 */
import { complain, during, failureOf, inform } from "../context.js";
import { createNewest } from "../newest.js";
import { createQueue } from "../queue.js";
import { emptyPreview, isDocumentDirty } from "../state.js";
import { patchPreview, previewSoon, showDocument, stay } from "./preview.js";

const newest = createNewest();

/**
 * Look at the list of documents again.
 * @param {Studio} studio
 */
export function refreshDocuments({ store, api }) {
  return newest(
    () => api.listDocuments(),
    (documents) => store.set({ documents }),
  );
}

/** Under which name the unsaved changes of a document are kept. @param {string | null} path */
const draftOf = (path) => `document:${path ?? ""}`;

/**
 * What the file holds; null where it is gone.
 * @param {Studio} studio
 * @param {string} path
 * @returns {Promise<{text: string, sha256: string} | null>}
 */
async function read({ api }, path) {
  try {
    const { text, sha256 } = await api.readDocument(path);
    return { text, sha256 };
  } catch (error) {
    if (failureOf(error).code === "not-found") return null;
    throw error;
  }
}

/**
 * A document as it is shown first: with its unsaved changes, and a conflict where the file is not what they were made to.
 * @param {Studio} studio
 * @param {string} path
 * @returns {Promise<Preview>}
 */
export async function documentOrDraft(studio, path) {
  const { store, api, drafts } = studio;
  const draft = drafts.get(draftOf(path));
  const { text, sha256 } = draft === null ? await api.readDocument(path) : ((await read(studio, path)) ?? gone);
  const saved = { text, sha256 };
  if (draft === null || (draft.text === text && sha256 !== null)) {
    settleDraft(studio, path, text, sha256 ?? "");
    return { ...emptyPreview(), path, saved, text };
  }
  inform(store, `Unsaved changes of ${path} are back`);
  const isStale = draft.sha256 !== sha256;
  const conflict = isStale ? { theirs: sha256 === null ? null : { text, sha256 } } : null;
  return { ...emptyPreview(), path, saved, text: draft.text, conflict };
}

/** What stands for a file that is not there. */
const gone = { text: "", sha256: null };

/**
 * The author typed.
 * @param {Studio} studio
 * @param {string} text
 */
export function editDocument(studio, text) {
  const { preview } = studio.store.get();
  if (preview.text === text) return;
  stay();
  patchPreview(studio, { text });
  keepDraft(studio);
  previewSoon(studio);
}

/**
 * A conflict is one until it is decided: the draft goes on naming the text that it was made from.
 * @param {Studio} studio
 */
function keepDraft({ store, drafts }) {
  const { preview, drafts: known } = store.get();
  const { path, text, saved, conflict } = preview;
  const name = draftOf(path);
  if (path !== null && !isDocumentDirty(preview)) drafts.forget(name);
  else {
    const sha256 = conflict ? (drafts.get(name)?.sha256 ?? null) : (saved?.sha256 ?? null);
    if (!drafts.keep(name, { text, sha256 }))
      complain(store, {
        value: { code: "io", message: "this browser has no room for unsaved changes", hint: "save now" },
      });
  }
  if (known.includes(name) !== (drafts.get(name) !== null)) store.set({ drafts: drafts.paths() });
}

/** Saves, one after the other. */
const saves = createQueue();

/**
 * Save; a file that changed in the meantime is never overwritten unseen.
 * @param {Studio} studio
 */
export function saveDocument(studio) {
  const { path } = studio.store.get().preview;
  return saves.add(async () => {
    if (studio.store.get().preview.path === path) await save(studio);
  });
}

/** @param {Studio} studio */
async function save(studio) {
  const { store, api } = studio;
  const { preview } = store.get();
  const { path, text, saved } = preview;
  if (path === null || saved === null || preview.conflict || !isDocumentDirty(preview)) return;
  patchPreview(studio, { isSaving: true });
  try {
    const { sha256 } = await during(store, `Saving ${path}`, () => api.writeDocument(path, text, saved.sha256));
    if (store.get().preview.path === path) {
      patchPreview(studio, { saved: { text, sha256 } });
      keepDraft(studio);
    } else settleDraft(studio, path, text, sha256);
  } catch (error) {
    if (failureOf(error).code === "conflict") await offerConflict(studio, path).catch((e) => complain(store, e));
    else complain(store, error);
  } finally {
    if (store.get().preview.path === path) patchPreview(studio, { isSaving: false });
  }
}

/**
 * A document that is not shown any more was saved: what was typed since goes on being unsaved.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} text as it was saved
 * @param {string} sha256 of the file now
 */
function settleDraft({ store, drafts }, path, text, sha256) {
  const draft = drafts.get(draftOf(path));
  if (draft === null || draft.text === text) drafts.forget(draftOf(path));
  else drafts.keep(draftOf(path), { text: draft.text, sha256 });
  store.set({ drafts: drafts.paths() });
}

/**
 * The file may be another: show it where nothing is unsaved, else both texts.
 * @param {Studio} studio
 */
export async function lookAtDocument(studio) {
  const { store } = studio;
  await saves.idle();
  const before = store.get().preview;
  const { path } = before;
  if (path === null) return;
  const theirs = await read(studio, path);
  const { preview } = store.get();
  if (preview.path !== path) return;
  // Saved in the meantime: what was read may be older than what is shown.
  if (preview.saved !== before.saved || preview.isSaving) return lookAtDocument(studio);
  if ((theirs?.sha256 ?? null) === (preview.saved?.sha256 ?? null)) return;
  if (isDocumentDirty(preview) || preview.conflict) return takeAsConflict(studio, theirs);
  if (theirs === null) {
    inform(store, `${path} was deleted outside`);
    return showDocument(studio, null);
  }
  patchPreview(studio, { saved: theirs, text: theirs.text });
  previewSoon(studio);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
async function offerConflict(studio, path) {
  const theirs = await read(studio, path);
  if (studio.store.get().preview.path === path) takeAsConflict(studio, theirs);
}

/**
 * @param {Studio} studio
 * @param {{text: string, sha256: string} | null} theirs what the file holds now
 */
function takeAsConflict(studio, theirs) {
  const { preview } = studio.store.get();
  const isSame = theirs !== null && theirs.text === preview.text;
  const saved = theirs ?? gone;
  patchPreview(studio, { saved, conflict: isSame ? null : { theirs } });
  if (isSame) keepDraft(studio);
}

/**
 * Write the text of the editor, now that the other was seen.
 * @param {Studio} studio
 */
export async function keepMyDocument(studio) {
  studio.store.set({ dialog: null });
  patchPreview(studio, { conflict: null });
  keepDraft(studio);
  await saveDocument(studio);
}

/**
 * Give the document's unsaved changes up for what the file holds now.
 * @param {Studio} studio
 */
export async function takeTheirDocument(studio) {
  const { store, drafts } = studio;
  const { path, saved } = store.get().preview;
  if (path === null || saved === null) return;
  drafts.forget(draftOf(path));
  store.set({ dialog: null, drafts: drafts.paths() });
  if (saved.sha256 === null) return showDocument(studio, null);
  patchPreview(studio, { text: saved.text, conflict: null });
  previewSoon(studio);
}
