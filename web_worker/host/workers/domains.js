/**
 * Trust domains: scripts of different domains never share an interpreter.
 *
 * Each domain has its own pool of workers, and each pool its own sandbox, opened when the domain is first needed. At level
 * `origin` that is one more frame: workers of one frame have the same opaque origin, and could talk to each other by
 * BroadcastChannel if a script ever reached it; and a frame whose process ends affects no other domain.
 *
 * The common domain knows every script, because it plans the documents; it reads foreign scripts and never runs them. Other
 * domains know only their own.
 */
import { heapBytes, recycle } from "./recycling.js";

/**
 * @typedef {import("./pool.js").Pool} Pool
 * @typedef {import("./script_index.js").ScriptInfo} ScriptInfo
 * @typedef {import("../wire/arguments.js").DomainScript} DomainScript
 */

/** The domain of the built-in scripts, and of every script without a domain. */
export const COMMON = "";

/** Most other domains with an open sandbox, which takes 50 MB and more; the least recently used one is closed. */
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
   * @param {() => Pool} openPool makes a pool without spares that opens its sandbox when it is needed
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
   * Domain of the script that a macro's name means.
   * @param {unknown} name
   */
  ofMacro(name) {
    return typeof name === "string" ? this.of(this.common.scriptIndex.macro(name)?.path) : COMMON;
  }

  /**
   * The pool of the domain of the script at *path*, which is about to be used.
   * @param {string | undefined} path
   */
  ofScript(path) {
    return this.pool(this.of(path));
  }

  /**
   * The pool of the domain of a program; of one that was not loaded, the common one.
   * @param {{path: string} | {slug: string}} script
   */
  ofProgram(script) {
    return this.ofScript("slug" in script ? this.common.scriptIndex.find(script.slug)?.path : script.path);
  }

  /**
   * Whether the script with this id is of another domain than the common one.
   * @param {string | undefined} id
   */
  isForeign(id) {
    if (this.isOne) return false;
    this.#ids ??= new Set([...this.#places.keys()].map((path) => this.common.scriptIndex.at(path)?.id));
    return this.#ids.has(id);
  }

  /** Enabled transforms of other domains, by domain, in the order of their domains' names. */
  transforms() {
    /** @type {Map<string, ScriptInfo[]>} */
    const found = new Map();
    for (const info of this.common.scriptIndex.infos()) {
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
   * Load scripts, each in its domain.
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
      this.#others.get(this.of(path))?.scriptIndex.remove(path);
      this.#places.delete(path);
      this.common.scriptIndex.remove(path);
    }
    this.#ids = null;
    await this.common.take();
  }

  /**
   * End the workers in use, and have the common domain's next one ready.
   * @param {string} message
   */
  async restart(message) {
    for (const pool of this.#others.values()) renew(pool, message);
    this.common.retire(await this.common.take(), { code: "restarted", message });
    await this.common.take();
  }

  /** Bytes of heap of all workers in use. */
  async heapBytes() {
    let bytes = await heapBytes(this.common);
    for (const pool of this.#running()) bytes += await heapBytes(pool);
    return bytes;
  }

  /** Replace workers in use whose heap has grown past the watermark. */
  async recycle() {
    await recycle(this.common);
    for (const pool of this.#running()) await recycle(pool);
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
    return [...this.#others.values()].filter(({ current }) => current !== null);
  }

  /** @param {DomainScript} script */
  #put({ path, content, origin = "project", domain = COMMON }) {
    const script = { path, content, origin };
    const before = this.of(path);
    const owner = before === COMMON ? this.common : this.#others.get(before);
    if (before !== domain && owner) giveAway(owner, path);
    if (domain === COMMON) {
      this.#places.delete(path);
      this.common.scriptIndex.add(script);
      return;
    }
    this.#places.set(path, domain);
    if (!this.#others.has(domain)) this.#others.set(domain, this.#openPool());
    this.#others.get(domain)?.scriptIndex.add(script);
    this.common.scriptIndex.add({ ...script, elsewhere: true });
  }

  /**
   * Give the script's own domain the metadata that the common one has read.
   * @param {string} path
   */
  #learn(path) {
    const { scriptIndex } = this.common;
    const info = /** @type {ScriptInfo} */ (scriptIndex.at(path));
    const own = this.#others.get(this.of(path))?.scriptIndex;
    // A script that ends every worker that compiles it is not sent to its own domain either.
    if (scriptIndex.has(path)) own?.learn(info);
    else own?.exclude(info);
    return info;
  }

  #makeRoom() {
    const open = [...this.#others.values()].filter(({ isOpen }) => isOpen);
    for (const pool of open.slice(0, Math.max(0, open.length + 1 - MOST_OPEN))) {
      renew(pool, "other trust domains needed the memory");
      pool.close();
    }
  }
}

/**
 * End every worker that is ready, spares too: the state that scripts left in them is gone.
 * @param {Pool} pool
 * @param {string} message why
 */
function renew(pool, message) {
  for (const link of pool.links) if (link.ready !== null) pool.replace(link, message);
}

/**
 * Remove a script that moves to another trust domain: every interpreter that may have run it ends.
 * @param {Pool} pool
 * @param {string} path
 */
function giveAway(pool, path) {
  pool.scriptIndex.remove(path);
  for (const link of pool.links) {
    const isHolding = link.loaded.has(path) && !link.loaded.get(path)?.elsewhere;
    if (isHolding) pool.replace(link, `${path} went to another trust domain`);
  }
}
