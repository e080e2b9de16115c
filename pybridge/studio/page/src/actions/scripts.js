/**
 * What can be done with scripts: open, write, save, create, rename, delete, enable.
 * @import { Studio } from "../context.js"
 * @import { Buffer } from "../types.js"
 */
import { complain, during, failureOf, inform } from "../context.js";
import { createNewest } from "../newest.js";
import { createQueue } from "../queue.js";
import { isBuiltIn, isDirty, scriptAt } from "../state.js";
import { followScript } from "./preview.js";
import { textEdited } from "./python.js";

/**
 * @param {Studio} studio
 * @param {string} path
 * @param {Partial<Buffer>} patch
 */
export function patchBuffer({ store }, path, patch) {
  store.set(({ buffers }) => {
    const buffer = buffers[path];
    return buffer === undefined ? {} : { buffers: { ...buffers, [path]: { ...buffer, ...patch } } };
  });
}

const newest = createNewest();

/**
 * Look at the list of scripts again.
 * @param {Studio} studio
 */
export function refreshScripts({ store, api, drafts }) {
  return newest(
    () => api.listScripts(),
    (scripts) => store.set({ scripts, drafts: drafts.paths() }),
  );
}

/**
 * Open a script; unsaved changes from last time are there again.
 * @param {Studio} studio
 * @param {string} path
 */
export async function openScript(studio, path) {
  const { store } = studio;
  store.set({ selected: path, view: "script", pane: "code", history: null, jump: null });
  if (store.get().buffers[path] !== undefined) return followScript(studio, path);
  try {
    const read = await during(store, `Opening ${path}`, () => readOrDraft(studio, path));
    store.set(({ buffers }) => ({ buffers: { [path]: read, ...buffers } }));
    textEdited(studio, path);
    await followScript(studio, path);
  } catch (error) {
    complain(store, error);
  }
}

/**
 * @param {Studio} studio
 * @param {string} path
 * @returns {Promise<Buffer>}
 */
async function readOrDraft({ store, api, drafts }, path) {
  const draft = drafts.get(path);
  const there = scriptAt(store.get(), path) !== null;
  const read = there || draft === null ? await api.readScript(path) : null;
  const base = read && { content: read.content, sha256: read.sha256 };
  const kept = draft !== null && draft.text !== base?.content ? draft : null;
  const isStale = kept !== null && kept.sha256 !== (base?.sha256 ?? null);
  if (kept !== null) inform(store, `Unsaved changes of ${path} are back`);
  return {
    path,
    base,
    text: kept?.text ?? base?.content ?? "",
    problems: read?.script.problems ?? [],
    info: read?.script ?? null,
    uses: read?.uses ?? [],
    isSaving: false,
    conflict: isStale ? { theirs: base } : null,
    refused: null,
  };
}

/**
 * The author typed.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} text
 */
export function editScript(studio, path, text) {
  const { store, drafts } = studio;
  const buffer = store.get().buffers[path];
  if (buffer === undefined || buffer.text === text) return;
  patchBuffer(studio, path, { text });
  keepDraft(studio, path);
  if (store.get().drafts.includes(path) !== isDirty({ ...buffer, text })) store.set({ drafts: drafts.paths() });
  textEdited(studio, path);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
export function keepDraft({ store, drafts }, path) {
  const buffer = store.get().buffers[path];
  if (buffer === undefined) return;
  if (!isDirty(buffer)) drafts.forget(path);
  else if (!drafts.keep(path, { text: buffer.text, sha256: buffer.base?.sha256 ?? null })) {
    complain(store, {
      value: { code: "io", message: "this browser has no room for unsaved changes", hint: "save now" },
    });
  }
}

/** What is written to files, by path: one after the other. @type {Map<string, import("../queue.js").Queue>} */
const writes = new Map();

/** @param {string} path */
function writesTo(path) {
  const queue = writes.get(path) ?? createQueue();
  writes.set(path, queue);
  return queue;
}

/**
 * Wait until nothing is being written to a script.
 * @param {string} path
 */
export async function untilWritten(path) {
  await writes.get(path)?.idle();
}

/**
 * Change the file of a script when nothing else does; until that is over, nobody takes it for a change outside.
 * @template T
 * @param {Studio} studio
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function writing(studio, path, work) {
  return writesTo(path).add(async () => {
    patchBuffer(studio, path, { isSaving: true });
    try {
      return await work();
    } finally {
      patchBuffer(studio, path, { isSaving: false });
    }
  });
}

/**
 * Save; a file that changed in the meantime is never overwritten unseen.
 * @param {Studio} studio
 * @param {string} path
 */
export async function saveScript(studio, path) {
  await writing(studio, path, () => save(studio, path));
}

/**
 * What `saveScript` does, inside of `writing`.
 * @param {Studio} studio
 * @param {string} path
 * @returns {Promise<boolean>} whether something was saved
 */
export async function save(studio, path) {
  const { store, api } = studio;
  const buffer = store.get().buffers[path];
  if (buffer === undefined || !isDirty(buffer) || buffer.conflict) return false;
  const { text, base } = buffer;
  try {
    const saved = await during(store, `Saving ${path}`, () =>
      base === null ? api.writeNewScript(path, text) : api.writeScript(path, text, base.sha256),
    );
    takeSaved(studio, path, text, saved);
    await refreshScripts(studio);
    return true;
  } catch (error) {
    if (failureOf(error).code === "conflict") await offerConflict(studio, path);
    else complain(store, error);
    return false;
  }
}

/**
 * The store counts the version up in the header, so what was saved differs from what was written.
 * @param {Studio} studio
 * @param {string} path
 * @param {string} sent
 * @param {{content: string, sha256: string, script: any, uses: any}} saved
 */
function takeSaved(studio, path, sent, saved) {
  const buffer = studio.store.get().buffers[path];
  if (buffer === undefined) return;
  const text = buffer.text === sent ? saved.content : buffer.text;
  const base = { content: saved.content, sha256: saved.sha256 };
  patchBuffer(studio, path, { base, text, info: saved.script, uses: saved.uses, conflict: null });
  keepDraft(studio, path);
  textEdited(studio, path);
}

/**
 * The file is not what the changes were made to: show both.
 * @param {Studio} studio
 * @param {string} path
 */
async function offerConflict(studio, path) {
  const read = await studio.api.readScript(path).catch(() => null);
  takeAsConflict(studio, path, read);
}

/**
 * @param {Studio} studio
 * @param {string} path
 * @param {{content: string, sha256: string} | null} read what the file holds now; null where it is gone
 */
export function takeAsConflict(studio, path, read) {
  const theirs = read && { content: read.content, sha256: read.sha256 };
  const buffer = studio.store.get().buffers[path];
  if (buffer === undefined) return;
  if (theirs !== null && theirs.content === buffer.text) {
    patchBuffer(studio, path, { base: theirs, conflict: null });
    keepDraft(studio, path);
    return;
  }
  patchBuffer(studio, path, { conflict: { theirs } });
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
export async function keepMine(studio, path) {
  const buffer = studio.store.get().buffers[path];
  if (!buffer?.conflict) return;
  studio.store.set({ dialog: null });
  patchBuffer(studio, path, { base: buffer.conflict.theirs, conflict: null });
  keepDraft(studio, path);
  await saveScript(studio, path);
}

/**
 * @param {Studio} studio
 * @param {string} path
 */
export function takeTheirs(studio, path) {
  const { store, drafts } = studio;
  const buffer = store.get().buffers[path];
  if (!buffer?.conflict) return;
  const { theirs } = buffer.conflict;
  store.set({ dialog: null });
  if (theirs === null) return closeScript(studio, path);
  patchBuffer(studio, path, { base: theirs, text: theirs.content, conflict: null });
  drafts.forget(path);
  store.set({ drafts: drafts.paths() });
  textEdited(studio, path);
}

/**
 * Close a script and let its unsaved changes go.
 * @param {Studio} studio
 * @param {string} path
 */
export function closeScript({ store, drafts }, path) {
  drafts.forget(path);
  store.set(({ buffers, selected }) => {
    const { [path]: _closed, ...others } = buffers;
    return {
      buffers: others,
      selected: selected === path ? null : selected,
      pane: selected === path ? "scripts" : "code",
      drafts: drafts.paths(),
    };
  });
}

/**
 * Undo every unsaved change.
 * @param {Studio} studio
 * @param {string} path
 */
export function revertScript(studio, path) {
  const { base } = studio.store.get().buffers[path];
  if (base === null) closeScript(studio, path);
  else editScript(studio, path, base.content);
}

/**
 * The store changed a file on the author's behalf: bring buffer and list up to it.
 * @param {Studio} studio
 * @param {string} path
 */
export async function afterChange(studio, path) {
  const { store, api } = studio;
  if (store.get().buffers[path] !== undefined) takeChanged(studio, path, await api.readScript(path));
  await refreshScripts(studio);
}

/**
 * What was typed meanwhile stays, beside what the file holds now.
 * @param {Studio} studio
 * @param {string} path
 * @param {{content: string, sha256: string, script: any, uses: any}} read
 */
function takeChanged(studio, path, read) {
  const buffer = studio.store.get().buffers[path];
  if (buffer === undefined) return;
  const base = { content: read.content, sha256: read.sha256 };
  const patch = { base, info: read.script, uses: read.uses };
  if (isDirty(buffer)) patchBuffer(studio, path, { ...patch, conflict: { theirs: base } });
  else patchBuffer(studio, path, { ...patch, text: read.content, conflict: null });
  keepDraft(studio, path);
  textEdited(studio, path);
}

/** Whether a script can be written to. @param {string} path */
export function isWritable(path) {
  return !isBuiltIn(path);
}
