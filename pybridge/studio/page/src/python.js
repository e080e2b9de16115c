/**
 * The worker that runs the scripts: the same client, frame and worker that a renderer loads, at level origin.
 * @import { PythonRuntime } from "../../../../web_worker/host/client.js"
 */

/** The built folder: `data-runtime` of the page, which knows what it is served beside. */
const runtimeFolder = () => new URL(document.documentElement.dataset.runtime ?? "runtime/", document.baseURI);

/**
 * Start Python at most once; after a failed start the next call tries again.
 * @param {() => {limits: Record<string, number>, iframeHosts: readonly string[]}} project as it is at a start
 */
export function createPython(project) {
  /** @type {Promise<PythonRuntime> | null} */
  let starting = null;
  /** Texts as the worker has them, by path. @type {Map<string, string>} */
  const loaded = new Map();
  /** Trust domains of scripts, by path, as the service said last. @type {Map<string, string | undefined>} */
  const domains = new Map();

  /**
   * The domain of a script; one that the service has not spoken of yet is kept alone, where others are kept apart.
   * @param {string} path
   */
  function domainOf(path) {
    if (domains.has(path)) return domains.get(path);
    return [...domains.values()].some(Boolean) ? path : undefined;
  }

  async function start() {
    const assets = runtimeFolder();
    const { PythonRuntime: Runtime } = await import(/* @vite-ignore */ new URL("client.js", assets).href);
    const { limits, iframeHosts } = project();
    return Runtime.start({ assets, isolation: "origin", spares: 1, limits, iframeHosts });
  }

  return {
    /** @returns {Promise<PythonRuntime>} */
    ready() {
      starting ??= start().catch((error) => {
        starting = null;
        throw error;
      });
      return starting;
    },

    /**
     * Give the worker these texts and take away what is not among them.
     * @param {{path: string, content: string, origin?: "default" | "project", domain?: string}[]} scripts
     * @returns {Promise<any[]>} script.v1 of those that changed
     */
    async bring(scripts) {
      const runtime = await this.ready();
      const wanted = new Map(scripts.map((script) => [script.path, script.content]));
      const gone = [...loaded.keys()].filter((path) => !wanted.has(path));
      const changed = scripts.filter(
        ({ path, content, domain }) => loaded.get(path) !== content || domainOf(path) !== domain,
      );
      if (gone.length > 0) await runtime.unload(gone);
      for (const path of gone) loaded.delete(path);
      if (changed.length === 0) return [];
      const infos = await runtime.load(changed);
      for (const { path, content, domain } of changed) {
        loaded.set(path, content);
        domains.set(path, domain);
      }
      return infos;
    },

    /**
     * Give the worker one text, whatever else it has.
     * @param {string} path
     * @param {string} content
     * @returns {Promise<any | null>} script.v1; null where it had the text already
     */
    async change(path, content) {
      if (loaded.get(path) === content) return null;
      const runtime = await this.ready();
      loaded.set(path, content);
      const [info] = await runtime.load([{ path, content, origin: "project", domain: domainOf(path) }]);
      return info;
    },

    /** End it, worker, frame and all; the next call starts anew. */
    async dispose() {
      const ending = starting;
      starting = null;
      loaded.clear();
      (await ending?.catch(() => null))?.dispose();
    },
  };
}

/** @typedef {ReturnType<typeof createPython>} Python */
