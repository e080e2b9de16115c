/** Updates the scripts of a worker, and excludes scripts that end every worker that compiles them. */
import { OTHER_SCRIPT, areOf, checkLoaded, sha256 } from "../checks/scripts.js";
import { PybridgeError } from "../wire/errors.js";
import { isSame } from "./script_index.js";
import { SLICE_MS } from "../wire/limits.js";
import { messageOf } from "../wire/messages.js";
import { uncompiledInfo } from "./uncompiled.js";

/** Time for each script beside the first, on top of the limit for compiling. */
const EACH_MS = 10;

/**
 * @typedef {import("./script_index.js").ScriptIndex} ScriptIndex
 * @typedef {import("./script_index.js").Script} Script
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 */

/**
 * The pool, as loading needs it.
 * @typedef {object} LoadingPool
 * @property {() => Promise<WorkerLink>} live the worker in use, or the next
 * @property {(link: WorkerLink, exit: WorkerExit) => void} retire
 * @property {(exit: WorkerExit) => Promise<WorkerExit>} classify
 */

export class Loader {
  #scriptIndex;
  #limits;
  #pool;

  /**
   * @param {ScriptIndex} scriptIndex
   * @param {import("../wire/limits.js").Limits} limits
   * @param {LoadingPool} pool
   */
  constructor(scriptIndex, limits, pool) {
    this.#scriptIndex = scriptIndex;
    this.#limits = limits;
    this.#pool = pool;
  }

  /**
   * Load every script into a worker that is not in use yet.
   * @param {WorkerLink} link
   * @returns {Promise<WorkerExit | null>} how it ended, if it did, whatever the cause
   */
  async fill(link) {
    const { stale, unload } = this.#changesFor(link);
    return stale.length + unload.length === 0 ? null : this.#send(link, stale, unload);
  }

  /**
   * Update the scripts of *link*. A script that ends the worker is found and excluded.
   * @param {WorkerLink} link
   * @returns {Promise<WorkerExit | null>} how it ended, if no script is the cause
   */
  async update(link) {
    const { revision } = this.#scriptIndex;
    if (link.revision === revision) return null;
    const { stale, unload } = this.#changesFor(link);
    if (stale.length + unload.length === 0) {
      link.revision = revision;
      return null;
    }
    const exit = await this.#sendAndClassify(link, stale, unload);
    if (exit === null || exit.isUnseen || stale.length === 0) return exit;
    this.#pool.retire(link, exit);
    if (stale.length === 1) await this.#exclude(stale[0], exit);
    else await this.#findCause(stale);
    return null;
  }

  /** @param {WorkerLink} link */
  #changesFor(link) {
    const stale = this.#scriptIndex.scripts().filter((script) => !isSame(link.loaded.get(script.path), script));
    const unload = [...link.loaded.keys()].filter((path) => !this.#scriptIndex.has(path));
    return { stale, unload };
  }

  /**
   * One of *scripts* ends every worker that compiles it: load them one by one, and exclude it.
   * @param {readonly Script[]} scripts
   */
  async #findCause(scripts) {
    for (const script of scripts) {
      const link = await this.#pool.live();
      const exit = await this.#sendAndClassify(link, [script], []);
      if (exit === null) continue;
      this.#pool.retire(link, exit);
      if (!exit.isUnseen) await this.#exclude(script, exit);
    }
  }

  /**
   * @param {WorkerLink} link
   * @param {readonly Script[]} scripts
   * @param {readonly string[]} unload
   */
  async #sendAndClassify(link, scripts, unload) {
    const exit = await this.#send(link, scripts, unload);
    return exit && this.#pool.classify(exit);
  }

  /**
   * @param {WorkerLink} link
   * @param {readonly Script[]} scripts
   * @param {readonly string[]} unload
   * @returns {Promise<WorkerExit | null>} how the worker ended, if it did
   */
  async #send(link, scripts, unload) {
    /** @type {any[]} */
    let infos = [];
    const onMessage = (/** @type {any} */ message) => {
      checkLoaded(scripts, message);
      infos = message.scripts;
      return true;
    };
    const hashes = Promise.all(scripts.map(({ content }) => sha256(content)));
    const compileMs = this.#limits.compileS * 1000;
    const end = await link.exchange(messageOf("load", { scripts, unload }), {
      request: "load",
      deadlineMs: compileMs + EACH_MS * scripts.length + SLICE_MS,
      limitMs: compileMs,
      renews: false,
      doing: "compiling",
      onMessage,
    });
    if ("exit" in end) return end.exit;
    if (!areOf(infos, await hashes)) link.kill(OTHER_SCRIPT);
    if (link.exit !== null) return link.exit;
    for (const path of unload) link.loaded.delete(path);
    for (const script of scripts) link.loaded.set(script.path, script);
    for (const info of infos) this.#scriptIndex.learn(info);
    return null;
  }

  /**
   * @param {Script} script
   * @param {WorkerExit} exit
   */
  async #exclude(script, exit) {
    if (exit.code === "cancelled") throw new PybridgeError(exit);
    this.#scriptIndex.exclude(await uncompiledInfo(script, exit));
  }
}
