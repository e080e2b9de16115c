/** Unsaved changes, kept in this browser on every edit: a reload or a crash loses nothing. */

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string | null} sha256 of the file the changes were made to
 *
 * @param {string} project distinguishes the projects of one address
 * @param {Storage} [storage]
 */
export function createDrafts(project, storage = localStorage) {
  const prefix = `draft:${project}:`;
  return {
    /** @param {string} path @returns {Draft | null} */
    get(path) {
      try {
        return JSON.parse(storage.getItem(prefix + path) ?? "null");
      } catch {
        return null;
      }
    },

    /**
     * @param {string} path
     * @param {Draft} draft
     * @returns {boolean} false if the browser's storage is full
     */
    keep(path, draft) {
      try {
        storage.setItem(prefix + path, JSON.stringify(draft));
        return true;
      } catch {
        return false;
      }
    },

    /** @param {string} path */
    forget(path) {
      storage.removeItem(prefix + path);
    },

    /** @returns {string[]} the names of all drafts */
    paths() {
      return Object.keys(storage)
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length))
        .sort();
    },
  };
}

/** @typedef {ReturnType<typeof createDrafts>} Drafts */
