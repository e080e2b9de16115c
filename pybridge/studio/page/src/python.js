/**
 * The worker that runs the scripts: the same client, frame and worker that a renderer loads, at level origin.
 * @import { PythonRuntime } from "../../../../web_worker/host/client.js"
 */

import { createQueue } from "./queue.js";

/** The built folder: `data-runtime` of the page, which knows what it is served beside. */
const runtimeFolder = () => new URL(document.documentElement.dataset.runtime ?? "runtime/", document.baseURI);

/**
 * Start Python at most once; after a failed start the next call tries again.
 * @param {() => {limits: Record<string, number>, iframeHosts: readonly string[]}} project as it is at a start
 */
export function createPython(project) {
  /** @type {Promise<PythonRuntime> | null} */
  let starting = null;
  /** Texts as the worker has them, and what it knows of them, by path. @type {Map<string, {content: string, info: any}>} */
  const loaded = new Map();
  /** Loads are told to the worker one after the other: what stands in `loaded` is what it has. */
  const loads = createQueue();
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

  function ready() {
    starting ??= start().catch((error) => {
      starting = null;
      throw error;
    });
    return starting;
  }

  /**
   * @param {{path: string, content: string, origin?: "default" | "project", domain?: string}[]} scripts
   */
  async function load(scripts) {
    const runtime = await ready();
    const mine = starting;
    const infos = await runtime.load(scripts);
    if (starting !== mine) return; // another worker by now, which has none of them
    for (const [at, { path, content, domain }] of scripts.entries()) {
      loaded.set(path, { content, info: infos[at] });
      domains.set(path, domain);
    }
  }

  return {
    /** @returns {Promise<PythonRuntime>} */
    ready,

    /**
     * What the worker has of a script, and knows of it.
     * @param {string} path
     * @returns {{content: string, info: any} | undefined} info is a script.v1
     */
    known: (path) => loaded.get(path),

    /**
     * Give the worker these texts and take away what is not among them.
     * @param {{path: string, content: string, origin?: "default" | "project", domain?: string}[]} scripts
     */
    bring(scripts) {
      return loads.add(async () => {
        const runtime = await ready();
        const wanted = new Set(scripts.map(({ path }) => path));
        const gone = [...loaded.keys()].filter((path) => !wanted.has(path));
        const changed = scripts.filter(
          ({ path, content, domain }) => loaded.get(path)?.content !== content || domainOf(path) !== domain,
        );
        if (gone.length > 0) await runtime.unload(gone);
        for (const path of gone) loaded.delete(path);
        if (changed.length > 0) await load(changed);
      });
    },

    /**
     * Give the worker one text, whatever else it has.
     * @param {string} path
     * @param {string} content
     */
    change(path, content) {
      return loads.add(async () => {
        if (loaded.get(path)?.content === content) return;
        await load([{ path, content, origin: "project", domain: domainOf(path) }]);
      });
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
