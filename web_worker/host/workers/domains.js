/**
 * Trust domains: scripts of different domains never share an interpreter.
 *
 * Each domain has its own pool of workers, and each pool its own sandbox, opened when the domain is first needed. At level
 * `origin` that is one more frame: workers of one frame have the same opaque origin, and could talk to each other by
 * BroadcastChannel if a script ever reached it; and a frame whose process ends affects no other domain.
 *
 * The common domain knows every script, because it plans the documents; it reads foreign scripts and never runs them. Other
 * domains know only their own.
 *
 * A script that is not self-contained has a pool of its own in the same way, named by its domain and its path: the engine
 * of its domain reads it and never runs it.
 */
import { fill, joinedReport, keyOf } from "./isolated.js";
import { giveAway, heapBytes, recycle, renew } from "./recycling.js";

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
  /** Names of the pools of scripts that have one of their own, by path. @type {Map<string, string>} */
  #isolated = new Map();
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

  /** Whether all scripts run in one pool. */
  get isOne() {
    return this.#places.size === 0 && this.#isolated.size === 0;
  }

  /**
   * Name of the pool in which the script at *path* runs: its domain, or that of its own pool.
   * @param {string | null | undefined} path
   */
  of(path) {
    return this.#isolated.get(path ?? "") ?? this.#domainOf(path ?? "");
  }

  /** @param {string} path */
  #domainOf(path) {
    return this.#places.get(path) ?? COMMON;
  }

  /**
   * Name of the pool of the script that a macro's name means.
   * @param {unknown} name
   */
  ofMacro(name) {
    return typeof name === "string" ? this.of(this.common.scriptIndex.macro(name)?.path) : COMMON;
  }

  /**
   * The pool of the domain of the script at *path*, which is about to be used.
   * @param {string} path
   */
  ofDomainOf(path) {
    return this.pool(this.#domainOf(path));
  }

  /**
   * The pool in which a program runs: a loaded one where its macros would, another one in that of its domain.
   * @param {{path: string} | {slug: string}} script
   */
  ofProgram(script) {
    if (!("slug" in script)) return this.ofDomainOf(script.path);
    return this.pool(this.of(this.common.scriptIndex.find(script.slug)?.path));
  }

  /**
   * Whether the script with this id runs elsewhere than in the common pool.
   * @param {string | undefined} id
   */
  isForeign(id) {
    if (this.isOne) return false;
    const paths = [...this.#places.keys(), ...this.#isolated.keys()];
    this.#ids ??= new Set(paths.map((path) => this.common.scriptIndex.at(path)?.id));
    return this.#ids.has(id);
  }

  /** Enabled transforms of other domains, by domain, in the order of their domains' names. */
  transforms() {
    /** @type {Map<string, ScriptInfo[]>} */
    const found = new Map();
    for (const info of this.common.scriptIndex.infos()) {
      const domain = this.#domainOf(info.path);
      if (domain === COMMON || info.kind !== "transform" || !info.enabled) continue;
      found.set(domain, [...(found.get(domain) ?? []), info]);
    }
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /**
   * Enabled transforms of a domain that have pools of their own.
   * @param {string} domain
   */
  isolatedTransforms(domain) {
    const transforms = this.common.scriptIndex.infos().filter(({ kind, enabled }) => kind === "transform" && enabled);
    return transforms.filter(({ path }) => this.#isolated.has(path) && this.#domainOf(path) === domain);
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
    const infos = scripts.map(({ path }) => this.#learn(path));
    this.#isolate();
    return infos;
  }

  /**
   * Forget scripts.
   * @param {readonly string[]} paths
   */
  async unload(paths) {
    for (const path of paths) {
      this.#others.get(this.#domainOf(path))?.scriptIndex.remove(path);
      this.#places.delete(path);
      this.common.scriptIndex.remove(path);
    }
    this.#ids = null;
    this.#isolate();
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

  /** Counters of the common domain, and of the others by name. */
  report() {
    const own = new Set(this.#isolated.values());
    const shared = [...this.#others].filter(([name]) => !own.has(name));
    const domains = shared.map(([domain, pool]) => [domain, joinedReport(pool, this.#isolatedOf(domain))]);
    const common = joinedReport(this.common, this.#isolatedOf(COMMON));
    return { ...common, domains: Object.fromEntries(domains) };
  }

  dispose() {
    for (const pool of [this.common, ...this.#others.values()]) pool.dispose();
  }

  /** @returns {Pool[]} */
  #running() {
    return [...this.#others.values()].filter(({ current }) => current !== null);
  }

  /** @param {string} domain */
  #isolatedOf(domain) {
    const names = [...this.#isolated].filter(([path]) => this.#domainOf(path) === domain).map(([, name]) => name);
    return names.flatMap((name) => this.#others.get(name) ?? []);
  }

  /** Give each script that is not self-contained its own pool, with what it needs now. */
  #isolate() {
    const { scriptIndex } = this.common;
    const scripts = new Map(scriptIndex.scripts().map((script) => [script.path, script]));
    const known = scriptIndex.infos().flatMap((info) => {
      const script = scripts.get(info.path);
      return script ? [{ script, info, domain: this.#domainOf(info.path) }] : [];
    });
    const wanted = new Map(known.filter(({ info }) => info.isolated).map((each) => [each.script.path, each]));
    for (const [path, name] of this.#isolated) {
      const each = wanted.get(path);
      if (each === undefined || keyOf(each.domain, path) !== name) this.#drop(path, name);
    }
    const helpers = known.filter(({ info }) => info.kind === "helper");
    for (const [path, each] of wanted) {
      const name = keyOf(each.domain, path);
      const pool = this.#others.get(name) ?? this.#openPool();
      this.#others.set(name, pool);
      this.#isolated.set(path, name);
      const own = helpers.filter(({ domain }) => domain === each.domain);
      if (fill(pool, each, own)) renew(pool, `${path} or a helper changed`);
    }
    this.#ids = null;
  }

  /**
   * @param {string} path
   * @param {string} name of its pool
   */
  #drop(path, name) {
    this.#others.get(name)?.dispose();
    this.#others.delete(name);
    this.#isolated.delete(path);
  }

  /** @param {DomainScript} script */
  #put({ path, content, origin = "project", domain = COMMON, packages }) {
    const script = { path, content, origin, ...(packages && { packages }) };
    const before = this.#domainOf(path);
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
    const own = this.#others.get(this.#domainOf(path))?.scriptIndex;
    // A script that ends every worker that compiles it is not sent to its own domain either.
    if (scriptIndex.has(path)) own?.learn(info);
    else own?.exclude(info);
    return info;
  }

  #makeRoom() {
    const open = [...this.#others.values()].filter(({ isOpen }) => isOpen);
    for (const pool of open.slice(0, Math.max(0, open.length + 1 - MOST_OPEN))) {
      renew(pool, "other scripts needed the memory");
      pool.close();
    }
  }
}
