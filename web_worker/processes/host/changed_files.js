/** The files of a process as far as they are known: those it was given, and what its worker has told. */

/** @typedef {Map<string, Uint8Array | null>} Changes null for what was removed */

export class ChangedFiles {
  #given;
  /** @type {Changes} */
  #changes = new Map();

  /** @param {ReadonlyMap<string, Uint8Array>} given */
  constructor(given) {
    this.#given = given;
  }

  /**
   * @param {Changes} changes
   * @param {{filesBytes: number, fileCount: number}} limits
   * @returns {boolean} whether all that has changed is within the limits
   */
  note(changes, { filesBytes, fileCount }) {
    for (const [path, content] of changes) this.#changes.set(path, content);
    let bytes = 0;
    let count = 0;
    for (const content of this.#changes.values()) {
      bytes += content?.length ?? 0;
      count += content === null ? 0 : 1;
    }
    return bytes <= filesBytes && count <= fileCount;
  }

  /** @param {string} path */
  content(path) {
    const changed = this.#changes.get(path);
    return changed === undefined ? this.#given.get(path) : (changed ?? undefined);
  }

  /** @returns {Changes} what has another content than at the start */
  changed() {
    return new Map([...this.#changes].filter(([path, content]) => differs(this.#given.get(path), content)));
  }
}

/**
 * @param {Uint8Array | undefined} given
 * @param {Uint8Array | null} content
 */
function differs(given, content) {
  if (content === null || given === undefined) return content !== null || given !== undefined;
  return content.length !== given.length || content.some((byte, at) => byte !== given[at]);
}
