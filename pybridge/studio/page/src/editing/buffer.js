/**
 * A text in an editor and its file: draft, saving, conflict. The same for scripts and documents.
 *
 * `base` is the file as last seen; null when there is none. When the file changes under unsaved changes, `base` becomes
 * the new file and `conflict` is set until the author decides; the draft keeps the hash of the file it was made from, so
 * that a reload finds the conflict again.
 * @import { Drafts } from "../drafts.js"
 * @import { Queue } from "../queue.js"
 * @import { Store } from "../store.js"
 * @import { Edited, FileText } from "../types.js"
 */
import { failureOf, showError, showNotice, withTask } from "../notices.js";
import { isDirty } from "../state.js";

/**
 * @template {FileText} File the result of `read`: the text, and more about the file
 * @typedef {object} Port
 * @property {string} path
 * @property {string} draft the name of its draft
 * @property {() => Edited | undefined} get undefined when it is not open
 * @property {(patch: Partial<Edited>, file?: File) => void} patch may also show metadata of *file*; does nothing when the
 *   text is not open
 * @property {() => Promise<File>} read rejects with `not-found`
 * @property {(text: string, expected: string | null) => Promise<File>} write *expected*: sha256 of the file that is
 *   replaced, null for none; rejects with `conflict` for another file
 * @property {() => void} changed called after the text or the file was replaced
 */

const NO_ROOM = { code: "io", message: "this browser has no room for unsaved changes", hint: "save now" };

/** @template {FileText} File */
export class TextBuffer {
  #store;
  #drafts;
  #writes;
  #port;

  /**
   * @param {{store: Store, drafts: Drafts, writes: Queue}} parts
   * @param {Port<File>} port
   */
  constructor({ store, drafts, writes }, port) {
    this.#store = store;
    this.#drafts = drafts;
    this.#writes = writes;
    this.#port = port;
  }

  /**
   * Read the file and restore unsaved changes; a conflict if the file is not the one they were made from.
   * @returns {Promise<{file: File | null, edited: Edited}>} file is null if only a draft is left
   */
  async open() {
    const { path, draft: name } = this.#port;
    const draft = this.#drafts.get(name);
    const file = draft === null ? await this.#port.read() : await this.#readIfThere();
    const base = textOf(file);
    const fresh = { base, isSaving: false, conflict: null };
    if (draft === null || draft.text === base?.content) {
      this.#settleDraft(base?.content ?? "", base?.sha256 ?? null);
      return { file, edited: { ...fresh, text: base?.content ?? "" } };
    }
    showNotice(this.#store, `Restored unsaved changes of ${path}`);
    const isStale = draft.sha256 !== (base?.sha256 ?? null);
    return { file, edited: { ...fresh, text: draft.text, conflict: isStale ? { theirs: base } : null } };
  }

  /**
   * The author typed.
   * @param {string} text
   * @returns {boolean} whether the text changed
   */
  edit(text) {
    const edited = this.#port.get();
    if (edited === undefined || edited.text === text) return false;
    this.#port.patch({ text });
    this.#keepDraft();
    return true;
  }

  /**
   * Run *work*, which writes to the file, after earlier writes; `compare` does not take its result for an outside change.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  writing(work) {
    return this.#writes.add(async () => {
      this.#port.patch({ isSaving: true });
      try {
        return await work();
      } finally {
        this.#port.patch({ isSaving: false });
      }
    });
  }

  /**
   * Save unsaved changes; call it inside `writing`. A file that changed in the meantime is a conflict.
   * @returns {Promise<boolean>} whether something was saved
   */
  async save() {
    const edited = this.#port.get();
    if (edited === undefined || edited.conflict || !isDirty(edited)) return false;
    const { text, base } = edited;
    try {
      const saving = () => this.#port.write(text, base?.sha256 ?? null);
      this.#takeSaved(text, await withTask(this.#store, `Saving ${this.#port.path}`, saving));
      return true;
    } catch (error) {
      if (failureOf(error).code !== "conflict") showError(this.#store, error);
      else await this.#offerConflict().catch((reason) => showError(this.#store, reason));
      return false;
    }
  }

  /**
   * Compare with the file: take its text if nothing is unsaved, else set a conflict.
   * @returns {Promise<{outcome: "closed" | "same" | "conflict" | "deleted" | "replaced", file: File | null}>}
   *   deleted: nothing is unsaved, and nothing was done
   */
  async compare() {
    await this.#writes.idle();
    const before = this.#port.get();
    const file = await this.#readIfThere();
    const edited = this.#port.get();
    if (edited === undefined || before === undefined) return { outcome: "closed", file };
    // Saved while the file was read: the content may be older than the saved one.
    if (edited.base !== before.base || edited.isSaving) return this.compare();
    if ((file?.sha256 ?? null) === (edited.base?.sha256 ?? null)) return { outcome: "same", file };
    if (edited.conflict || isDirty(edited)) {
      this.takeAsConflict(file);
      return { outcome: "conflict", file };
    }
    if (file === null) return { outcome: "deleted", file };
    this.#port.patch({ base: textOf(file), text: file.content }, file);
    this.#port.changed();
    return { outcome: "replaced", file };
  }

  /**
   * The service changed the file for the author; text typed meanwhile is kept as a conflict.
   * @param {File} file
   */
  takeChanged(file) {
    const edited = this.#port.get();
    if (edited === undefined) return;
    this.#port.patch({}, file);
    if (isDirty(edited)) this.takeAsConflict(file);
    else this.#port.patch({ base: textOf(file), text: file.content, conflict: null });
    this.#keepDraft();
    this.#port.changed();
  }

  /** @param {File | null} file as it is now; null if it was deleted */
  takeAsConflict(file) {
    const edited = this.#port.get();
    if (edited === undefined) return;
    const theirs = textOf(file);
    const isSame = theirs !== null && theirs.content === edited.text;
    this.#port.patch({ base: theirs, conflict: isSame ? null : { theirs } });
    if (isSame) this.#keepDraft();
  }

  /**
   * End the conflict for the text in the editor, which is then to be saved.
   * @returns {boolean} whether there was a conflict
   */
  keepMine() {
    if (!this.#port.get()?.conflict) return false;
    this.#store.set({ dialog: null });
    this.#port.patch({ conflict: null });
    this.#keepDraft();
    return true;
  }

  /**
   * Discard unsaved changes for the text of the file.
   * @returns {boolean} false if there is no file
   */
  takeTheirs() {
    const edited = this.#port.get();
    if (edited === undefined) return true;
    this.#drafts.forget(this.#port.draft);
    this.#store.set({ dialog: null, drafts: this.#drafts.paths() });
    if (edited.base === null) return false;
    this.#port.patch({ text: edited.base.content, conflict: null });
    this.#port.changed();
    return true;
  }

  /** @returns {Promise<File | null>} null if there is no file */
  async #readIfThere() {
    try {
      return await this.#port.read();
    } catch (error) {
      if (failureOf(error).code === "not-found") return null;
      throw error;
    }
  }

  async #offerConflict() {
    this.takeAsConflict(await this.#readIfThere());
  }

  /**
   * Saving may change the text, such as the version in a header.
   * @param {string} sent
   * @param {File} file
   */
  #takeSaved(sent, file) {
    const edited = this.#port.get();
    if (edited === undefined) return this.#settleDraft(sent, file.sha256);
    const text = edited.text === sent ? file.content : edited.text;
    this.#port.patch({ base: textOf(file), text, conflict: null }, file);
    this.#keepDraft();
    this.#port.changed();
  }

  #keepDraft() {
    const edited = this.#port.get();
    if (edited === undefined) return;
    const name = this.#port.draft;
    if (isDirty(edited)) {
      const made = edited.conflict ? this.#drafts.get(name) : edited.base;
      const isKept = this.#drafts.keep(name, { text: edited.text, sha256: made?.sha256 ?? null });
      if (!isKept) showError(this.#store, { value: NO_ROOM });
    } else this.#drafts.forget(name);
    const isListed = this.#store.get().drafts.includes(name);
    if (isListed !== (this.#drafts.get(name) !== null)) this.#store.set({ drafts: this.#drafts.paths() });
  }

  /**
   * The file holds *text*: forget an equal draft, base another one on the file.
   * @param {string} text
   * @param {string | null} sha256
   */
  #settleDraft(text, sha256) {
    const name = this.#port.draft;
    const draft = this.#drafts.get(name);
    if (draft === null || draft.text === text) this.#drafts.forget(name);
    else this.#drafts.keep(name, { text: draft.text, sha256 });
    this.#store.set({ drafts: this.#drafts.paths() });
  }
}

/**
 * @param {FileText | null} file
 * @returns {FileText | null}
 */
function textOf(file) {
  return file && { content: file.content, sha256: file.sha256 };
}
