/**
 * The service's methods as functions: no other module names a method.
 * @import { Rpc } from "./rpc.js"
 * @import { DiffReport, ScriptHistory, ScriptInfo } from "./types.js"
 */

/**
 * A script, its file, and the documents that use it.
 * @typedef {{path: string, script: ScriptInfo, content: string, sha256: string, uses: {path: string, count: number}[]}} Read
 * @typedef {{path: string, slug: string, documents: {path: string}[], notes: string[]}} Change
 */

/** @param {Rpc} rpc */
export function createApi(rpc) {
  return { ...projectApi(rpc), ...readingApi(rpc), ...writingApi(rpc), ...historyApi(rpc), ...documentApi(rpc) };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** @param {Rpc} rpc */
function projectApi(rpc) {
  return {
    /** @returns {Promise<{name: string, root: string, limits: Record<string, number>, iframeHosts: readonly string[], mainLanguage: string, [more: string]: unknown}>} */
    project: () => rpc.call("project.info"),
    /** @returns {Promise<{env: object, data: Record<string, unknown>}>} */
    shared: () => rpc.call("project.shared", { preview: true }),
    /** Copy the built-in macros into the project. */
    seed: () => rpc.call("project.seed"),

    /** @returns {Promise<DiffReport>} */
    diff: () => rpc.call("index.diff"),
    /** @param {"disk" | "index"} prefer @param {string[]} [paths] */
    sync: (prefer, paths) => rpc.call("index.sync", paths ? { prefer, paths } : { prefer }),
  };
}

/**
 * @param {Rpc} rpc
 * @param {string} name slug or path
 * @returns {Promise<Read>}
 */
async function readScript(rpc, name) {
  const { script, uses, content } = await rpc.call("scripts.read", { name });
  return { path: script.path, script, uses, content, sha256: script.sha256 };
}

/** @param {Rpc} rpc */
function readingApi(rpc) {
  return {
    /** @returns {Promise<ScriptInfo[]>} */
    listScripts: async () => (await rpc.call("scripts.list")).scripts,
    /** @param {string} name slug or path */
    readScript: (name) => readScript(rpc, name),
    /** @returns {Promise<{path: string, content: string, origin: "default" | "project", domain?: string}[]>} */
    scriptSources: async () => (await rpc.call("scripts.sources")).scripts,
  };
}

/** @param {Rpc} rpc */
function writingApi(rpc) {
  return {
    /** @param {string} path @param {string} content @param {string} expected sha256 of the file it replaces */
    async writeScript(path, content, expected) {
      await rpc.call("scripts.write", { name: path, content, expected });
      return readScript(rpc, path);
    },
    /** Write a deleted file again. @param {string} path @param {string} content */
    async writeNewScript(path, content) {
      const slug = path.replace(/^.*\//, "").replace(/\.py$/, "");
      await rpc.call("scripts.create", { title: slug, slug, body: content });
      return readScript(rpc, path);
    },
    /** @param {string} path @param {object} fields @param {string} expected */
    updateScript: (path, fields, expected) =>
      rpc.call("scripts.update", { name: path, fields, addHeader: true, expected }),
    /** @param {string} path @param {boolean} enabled @param {string} expected */
    setEnabled: (path, enabled, expected) =>
      rpc.call(enabled ? "scripts.enable" : "scripts.disable", { name: path, addHeader: true, expected }),
    /** @param {string} title @param {string} kind @returns {Promise<Change>} */
    createScript: async (title, kind) => (await rpc.call("scripts.create", { title, kind })).change,
    /** @param {string} path @param {string} slug @param {boolean} updateDocuments @returns {Promise<Change>} */
    renameScript: async (path, slug, updateDocuments) =>
      (await rpc.call("scripts.rename", { name: path, slug, updateDocuments })).change,
    /**
     * @param {string} path
     * @param {string[]} aliases
     * @param {{updateDocuments?: boolean, dryRun?: boolean, expected: string}} how
     * @returns {Promise<Change>}
     */
    changeAliases: async (path, aliases, how) =>
      (await rpc.call("scripts.aliases", { name: path, aliases, ...how })).change,
    /** @param {string} path */
    deleteScript: (path) => rpc.call("scripts.delete", { name: path }),
  };
}

/** @param {Rpc} rpc */
function historyApi(rpc) {
  return {
    /** @param {string} path @returns {Promise<ScriptHistory>} */
    history: (path) => rpc.call("scripts.history", { name: path }),
    /** @param {string} path @param {string} sha256 @returns {Promise<string>} */
    versionContent: async (path, sha256) => (await rpc.call("scripts.version", { name: path, sha256 })).content,
    /** @param {string} path @param {string} version */
    restoreScript: (path, version) => rpc.call("scripts.restore", { name: path, version }),
  };
}

/** @param {Rpc} rpc */
function documentApi(rpc) {
  return {
    /** @returns {Promise<{path: string, macros: Record<string, number>}[]>} */
    listDocuments: async () => (await rpc.call("documents.list", { limit: 10000 })).documents,
    /** @param {string} path @returns {Promise<{path: string, text: string, sha256: string}>} */
    readDocument: (path) => rpc.call("documents.read", { path }),
    /** @param {string} path @param {string} text @param {string | null} expected sha256 of the file it replaces; null for none */
    writeDocument: (path, text, expected) => rpc.call("documents.write", { path, text, expected }),
    /** @param {string} path @param {string} text @returns {Promise<{document: any, transformPost: any, problem: any}>} */
    prepareDocument: (path, text) => rpc.call("documents.prepare", { path, text }),

    /**
     * @param {{parts?: unknown, macros: unknown}} rendered with parts
     * @returns {Promise<{html: string, warnings: any[]}>} the page's HTML, and what was left out of it
     */
    bodyOf: ({ parts, macros }) => rpc.call("documents.html", { parts, macros }),
  };
}
