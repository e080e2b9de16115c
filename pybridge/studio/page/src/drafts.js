/** Unsaved changes, kept in this browser on every edit: a reload or a crash loses nothing, and no tab takes another's. */

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string | null} sha256 of the file the changes were made to
 *
 * @param {string} project distinguishes the projects of one address
 * @param {{name: string, others: Set<string>}} [tab] this one, and the others that are open
 * @param {Storage} [storage]
 */
export function createDrafts(project, tab = { name: "", others: new Set() }, storage = localStorage) {
  const prefix = keyOf(tab.name, project);
  takeLeft(project, tab, storage);
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

/**
 * @param {string} tab empty for drafts of no tab, as earlier versions kept them
 * @param {string} project
 */
function keyOf(tab, project) {
  return tab === "" ? `draft:${project}:` : `draft@${tab}:${project}:`;
}

/**
 * Take over the drafts of tabs that are gone, but for those of a text that has one here: they wait for another page.
 * @param {string} project
 * @param {{name: string, others: Set<string>}} tab
 * @param {Storage} storage
 */
function takeLeft(project, tab, storage) {
  const own = keyOf(tab.name, project);
  for (const key of Object.keys(storage).sort()) {
    const of = key.startsWith(keyOf("", project)) ? "" : /^draft@([^:]+):/.exec(key)?.[1];
    if (of === undefined || of === tab.name || tab.others.has(of)) continue;
    const theirs = keyOf(of, project);
    const mine = own + key.slice(theirs.length);
    if (!key.startsWith(theirs) || storage.getItem(mine) !== null) continue;
    const draft = storage.getItem(key) ?? "null";
    storage.removeItem(key); // First, as a full storage has no room for both.
    try {
      storage.setItem(mine, draft);
    } catch {
      storage.setItem(key, draft); // Where it just was there is room for it.
    }
  }
}
