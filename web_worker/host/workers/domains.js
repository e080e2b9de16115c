/**
 * Trust domains: scripts that must not meet share no interpreter.
 *
 * Each domain has a pool of workers of its own, and each pool a sandbox of its own, opened when the domain is
 * first needed. At level `origin` that is one more frame: the workers of one frame are of one origin, if an opaque one, and
 * could talk to each other by BroadcastChannel, should a script ever get at it; and a frame whose process ends
 * takes no other domain along.
 *
 * The common domain knows every script, for it plans the documents; those of others it reads and never runs. Another
 * knows its own alone.
 */

/**
 * @typedef {import("./pool.js").Pool} Pool
 * @typedef {import("./script_index.js").ScriptInfo} ScriptInfo
 * @typedef {{path: string, content: string, origin?: "default" | "project", domain?: string}} DomainScript what
 *   `load` takes; a domain that is left out or empty is the common one
 */

/** The domain of the built-in scripts, and of all that is in no other. */
export const COMMON = "";

/** Other domains that have a sandbox at a time; each takes 50 MB and more. The one not used for longest gives way. */
const MOST_OPEN = 8;

export class Domains {
  #openPool;
  /** Pools of other domains, the one used last at the end. @type {Map<string, Pool>} */
  #others = new Map();
  /** Domains of scripts that are not in the common one, by path. @type {Map<string, string>} */
  #places = new Map();
  /** @type {Set<string | undefined> | null} */
  #ids = null;

  /**
   * @param {Pool} common the pool of the common domain
   * @param {() => Pool} openPool makes one more, without spares, that opens its sandbox when it is needed
   */
  constructor(common, openPool) {
    this.common = common;
    this.#openPool = openPool;
  }

  /** Whether no script is of another domain. */
  get isOne() {
    return this.#places.size === 0;
  }

  /**
   * Domain of the script at *path*.
   * @param {string | null | undefined} path
   */
  of(path) {
    return this.#places.get(path ?? "") ?? COMMON;
  }

  /**
   * Domain of the script that answers to a macro's name.
   * @param {unknown} name
   */
  ofMacro(name) {
    return typeof name === "string" ? this.of(this.common.library.find(name)?.path) : COMMON;
  }

  /**
   * Domain of what is run as a program; of one that was not loaded, the common one.
   * @param {{path: string} | {slug: string}} script
   */
  ofProgram(script) {
    return this.of("slug" in script ? this.common.library.program(script.slug)?.path : script.path);
  }

  /**
   * Whether the script with this id is of another domain than the common one.
   * @param {string | undefined} id
   */
  isElsewhere(id) {
    if (this.isOne) return false;
    this.#ids ??= new Set([...this.#places.keys()].map((path) => this.common.library.at(path)?.id));
    return this.#ids.has(id);
  }

  /** Enabled transforms of other domains, by domain, in the order in which a post goes through them. */
  transforms() {
    /** @type {Map<string, ScriptInfo[]>} */
    const found = new Map();
    for (const info of this.common.library.infos()) {
      const domain = this.of(info.path);
      if (domain === COMMON || info.kind !== "transform" || !info.enabled) continue;
      found.set(domain, [...(found.get(domain) ?? []), info]);
    }
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /**
   * The pool of a domain, which is about to be used.
   * @param {string} domain
   */
  pool(domain) {
    if (domain === COMMON) return this.common;
    const pool = this.#others.get(domain) ?? this.#openPool();
    this.#others.delete(domain);
    this.#others.set(domain, pool);
    if (!pool.isOpen) this.#makeRoom();
    return pool;
  }

  /**
   * Load scripts, each where it belongs.
   * @param {readonly DomainScript[]} scripts
   * @returns {Promise<ScriptInfo[]>} metadata of each
   */
  async load(scripts) {
    for (const script of scripts) this.#put(script);
    this.#ids = null;
    await this.common.take();
    return scripts.map(({ path }) => this.#learn(path));
  }

  /**
   * Forget scripts.
   * @param {readonly string[]} paths
   */
  async unload(paths) {
    for (const path of paths) {
      this.#others.get(this.of(path))?.library.remove(path);
      this.#places.delete(path);
      this.common.library.remove(path);
    }
    this.#ids = null;
    await this.common.take();
  }

  /**
   * End the workers in use, and have the common domain's next one ready.
   * @param {string} message
   */
  async restart(message) {
    for (const pool of this.#others.values()) pool.renew(message);
    this.common.retire(await this.common.take(), { code: "restarted", message });
    await this.common.take();
  }

  /** Bytes of heap of all workers in use. */
  async heapBytes() {
    let bytes = await this.common.heapBytes();
    for (const pool of this.#running()) bytes += await pool.heapBytes();
    return bytes;
  }

  /** Replace workers in use whose heap has grown past the watermark. */
  async recycle() {
    await this.common.recycle();
    for (const pool of this.#running()) await pool.recycle();
  }

  /** Counters of the other domains, by name. */
  report() {
    return Object.fromEntries([...this.#others].map(([domain, pool]) => [domain, pool.report()]));
  }

  dispose() {
    for (const pool of [this.common, ...this.#others.values()]) pool.dispose();
  }

  /** @returns {Pool[]} */
  #running() {
    return [...this.#others.values()].filter(({ facts }) => facts !== null);
  }

  /** @param {DomainScript} script */
  #put({ path, content, origin = "project", domain = COMMON }) {
    const script = { path, content, origin };
    const before = this.of(path);
    if (before !== domain) (before === COMMON ? this.common : this.#others.get(before))?.giveAway(path);
    if (domain === COMMON) {
      this.#places.delete(path);
      this.common.library.add(script);
      return;
    }
    this.#places.set(path, domain);
    if (!this.#others.has(domain)) this.#others.set(domain, this.#openPool());
    this.#others.get(domain)?.library.add(script);
    this.common.library.add({ ...script, elsewhere: true });
  }

  /**
   * Let the script's own domain know what the common one has read in it.
   * @param {string} path
   */
  #learn(path) {
    const { library } = this.common;
    const info = /** @type {ScriptInfo} */ (library.at(path));
    const own = this.#others.get(this.of(path))?.library;
    // One that no worker survives compiling costs its own domain no worker, too.
    if (library.has(path)) own?.learn(info);
    else own?.exclude(info);
    return info;
  }

  #makeRoom() {
    const open = [...this.#others.values()].filter(({ isOpen }) => isOpen);
    for (const pool of open.slice(0, Math.max(0, open.length + 1 - MOST_OPEN))) pool.rest();
  }
}
