/**
 * Edit and save the document beside the code, and follow its file.
 * @import { Studio } from "../studio.js"
 */
import { documentBuffer } from "../editing/document.js";
import { showNotice } from "../notices.js";
import { showDocument } from "./preview.js";

/**
 * Reload the list of documents.
 * @param {Studio} studio
 */
export function refreshDocuments({ store, api, requests }) {
  return requests.documents(
    () => api.listDocuments(),
    (documents) => store.set({ documents }),
  );
}

/** @param {Studio} studio */
function shownBuffer(studio) {
  return documentBuffer(studio, studio.store.get().preview.path);
}

/**
 * The author typed.
 * @param {Studio} studio
 * @param {string} text
 */
export function editDocument(studio, text) {
  if (!shownBuffer(studio).edit(text)) return;
  studio.requests.edits.begin();
  studio.renderer.request();
}

/**
 * Save; a file that changed in the meantime is never overwritten unseen.
 * @param {Studio} studio
 */
export async function saveDocument(studio) {
  if (studio.store.get().preview.path === null) return;
  const buffer = shownBuffer(studio);
  await buffer.writing(() => buffer.save());
}

/**
 * Compare the document with its file, which may have changed.
 * @param {Studio} studio
 */
export async function compareDocument(studio) {
  const { path } = studio.store.get().preview;
  if (path === null) return;
  const { outcome } = await documentBuffer(studio, path).compare();
  if (outcome !== "deleted") return;
  showNotice(studio.store, `${path} was deleted outside the studio`);
  await showDocument(studio, null);
}

/**
 * Write the text of the editor over the changed file.
 * @param {Studio} studio
 */
export async function keepMyDocument(studio) {
  if (shownBuffer(studio).keepMine()) await saveDocument(studio);
}

/**
 * Discard the document's unsaved changes for the text of the file.
 * @param {Studio} studio
 */
export async function takeTheirDocument(studio) {
  if (studio.store.get().preview.path === null) return;
  if (!shownBuffer(studio).takeTheirs()) await showDocument(studio, null);
}
