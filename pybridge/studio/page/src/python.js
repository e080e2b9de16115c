/**
 * The worker that runs the scripts: the client, frame and worker of a renderer, at level origin.
 * @import { PythonRuntime } from "../../../../web_worker/host/client.js"
 */

import { createQueue } from "./queue.js";

/** The built folder: the page's `data-runtime`, relative to the page. */
const runtimeFolder = () => new URL(document.documentElement.dataset.runtime ?? "runtime/", document.baseURI);

/**
 * @typedef {{path: string, content: string, origin?: "default" | "project", domain?: string}} Source a script to load
 * @typedef {{limits: Record<string, number>, iframeHosts: readonly string[]}} Settings
 */

/** @param {Settings} settings @returns {Promise<PythonRuntime>} */
async function startRuntime({ limits, iframeHosts }) {
  const assets = runtimeFolder();
  const { PythonRuntime: Runtime } = await import(/* @vite-ignore */ new URL("client.js", assets).href);
  return Runtime.start({ assets, isolation: "origin", spares: 1, limits, iframeHosts });
}

/** Starts Python at most once; after a failed start the next call tries again. */
export class Python {
  /** @type {Promise<PythonRuntime> | null} */
  #starting = null;
  /** The worker's scripts and their script.v1, by path. @type {Map<string, {content: string, info: any}>} */
  #loaded = new Map();
  /** One load at a time, so that `#loaded` is what the worker has. */
  #loads = createQueue();
  /** Trust domains of scripts, by path, as last given. @type {Map<string, string | undefined>} */
  #domains = new Map();
  #settings;

  /** @param {() => Settings} settings read at every start */
  constructor(settings) {
    this.#settings = settings;
  }

  /** @returns {Promise<PythonRuntime>} */
  ready() {
    this.#starting ??= startRuntime(this.#settings()).catch((error) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  /**
   * The worker's text and metadata of a script.
   * @param {string} path
   * @returns {{content: string, info: any} | undefined} info is a script.v1
   */
  known(path) {
    return this.#loaded.get(path);
  }

  /**
   * Load these scripts and unload all others.
   * @param {Source[]} scripts
   */
  loadAll(scripts) {
    return this.#loads.add(async () => {
      const runtime = await this.ready();
      const wanted = new Set(scripts.map(({ path }) => path));
      const gone = [...this.#loaded.keys()].filter((path) => !wanted.has(path));
      const changed = scripts.filter(
        ({ path, content, domain }) => this.#loaded.get(path)?.content !== content || this.#domainOf(path) !== domain,
      );
      if (gone.length > 0) await runtime.unload(gone);
      for (const path of gone) this.#loaded.delete(path);
      if (changed.length > 0) await this.#load(changed);
    });
  }

  /**
   * Load one text; the other scripts stay.
   * @param {string} path
   * @param {string} content
   */
  load(path, content) {
    return this.#loads.add(async () => {
      if (this.#loaded.get(path)?.content === content) return;
      await this.#load([{ path, content, origin: "project", domain: this.#domainOf(path) }]);
    });
  }

  /** Terminate worker and frame; the next call starts another. */
  async dispose() {
    const ending = this.#starting;
    this.#starting = null;
    this.#loaded.clear();
    (await ending?.catch(() => null))?.dispose();
  }

  /**
   * The domain of a script. A new script, without one yet, gets its own if the project uses domains.
   * @param {string} path
   */
  #domainOf(path) {
    if (this.#domains.has(path)) return this.#domains.get(path);
    return [...this.#domains.values()].some(Boolean) ? path : undefined;
  }

  /** @param {Source[]} scripts */
  async #load(scripts) {
    const runtime = await this.ready();
    const mine = this.#starting;
    const infos = await runtime.load(scripts);
    if (this.#starting !== mine) return; // Python was restarted: the new worker has none of them.
    for (const [at, { path, content, domain }] of scripts.entries()) {
      this.#loaded.set(path, { content, info: infos[at] });
      this.#domains.set(path, domain);
    }
  }
}
