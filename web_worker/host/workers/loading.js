/** Brings the scripts of a worker up to date, and leaves out what no worker survives compiling. */
import { PybridgeError } from "../wire/errors.js";
import { isSame } from "./script_index.js";
import { SLICE_MS } from "../wire/limits.js";
import { messageOf } from "../wire/messages.js";

/** Time for each script beside the first, on top of the limit for compiling. */
const EACH_MS = 10;

/**
 * @typedef {import("./script_index.js").ScriptIndex} ScriptIndex
 * @typedef {import("./script_index.js").Script} Script
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 */

/**
 * What loading needs of the pool it works for.
 * @typedef {object} Around
 * @property {() => Promise<WorkerLink>} live the worker in use, or the next
 * @property {(link: WorkerLink, death: WorkerExit) => void} retire
 * @property {(death: WorkerExit) => Promise<WorkerExit>} verdict
 */

export class Loader {
  #library;
  #limits;
  #around;

  /**
   * @param {ScriptIndex} library
   * @param {import("../wire/limits.js").Limits} limits
   * @param {Around} around
   */
  constructor(library, limits, around) {
    this.#library = library;
    this.#limits = limits;
    this.#around = around;
  }

  /**
   * Give a worker that is not in use yet every script.
   * @param {WorkerLink} link
   * @returns {Promise<WorkerExit | null>} how it ended over it, whoever was to blame
   */
  async fill(link) {
    const { stale, unload } = this.#changesFor(link);
    return stale.length + unload.length === 0 ? null : this.#send(link, stale, unload);
  }

  /**
   * Bring *link* up to date. A script that ends it is found and left out; the link is dead then.
   * @param {WorkerLink} link
   * @returns {Promise<WorkerExit | null>} how it ended, if no script is to blame for it
   */
  async update(link) {
    const { revision } = this.#library;
    if (link.revision === revision) return null;
    const { stale, unload } = this.#changesFor(link);
    if (stale.length + unload.length === 0) {
      link.revision = revision;
      return null;
    }
    const death = await this.#judged(link, stale, unload);
    if (death === null || death.isUnseen || stale.length === 0) return death;
    this.#around.retire(link, death);
    if (stale.length === 1) await this.#exclude(stale[0], death);
    else await this.#findCulprit(stale);
    return null;
  }

  /** @param {WorkerLink} link */
  #changesFor(link) {
    const stale = this.#library.scripts().filter((script) => !isSame(link.loaded.get(script.path), script));
    const unload = [...link.loaded.keys()].filter((path) => !this.#library.has(path));
    return { stale, unload };
  }

  /**
   * One of *scripts* ends every worker that compiles it: load them one by one, and leave it out.
   * @param {readonly Script[]} scripts
   */
  async #findCulprit(scripts) {
    for (const script of scripts) {
      const link = await this.#around.live();
      const death = await this.#judged(link, [script], []);
      if (death === null) continue;
      this.#around.retire(link, death);
      if (!death.isUnseen) await this.#exclude(script, death);
    }
  }

  /**
   * @param {WorkerLink} link
   * @param {readonly Script[]} scripts
   * @param {readonly string[]} unload
   */
  async #judged(link, scripts, unload) {
    const death = await this.#send(link, scripts, unload);
    return death && this.#around.verdict(death);
  }

  /**
   * @param {WorkerLink} link
   * @param {readonly Script[]} scripts
   * @param {readonly string[]} unload
   * @returns {Promise<WorkerExit | null>} how the worker ended over it
   */
  async #send(link, scripts, unload) {
    const onMessage = (/** @type {any} */ message) => {
      for (const path of unload) link.loaded.delete(path);
      for (const [index, script] of scripts.entries()) {
        link.loaded.set(script.path, script);
        this.#library.learn(message.scripts[index]);
      }
      return true;
    };
    const compileMs = this.#limits.compileS * 1000;
    const end = await link.exchange(messageOf("load", { scripts, unload }), {
      deadlineMs: compileMs + EACH_MS * scripts.length + SLICE_MS,
      limitMs: compileMs,
      renews: false,
      doing: "compiling",
      onMessage,
    });
    return "death" in end ? end.death : null;
  }

  /**
   * @param {Script} script
   * @param {WorkerExit} death
   */
  async #exclude(script, death) {
    if (death.code === "cancelled") throw new PybridgeError(death);
    this.#library.exclude(await excludedInfo(script, death));
  }
}

/**
 * What can be said of a script that no worker survives compiling.
 * @param {Script} script
 * @param {WorkerExit} death
 * @returns {Promise<import("./script_index.js").ScriptInfo>}
 */
async function excludedInfo({ path, content, origin }, { code, message }) {
  const slug = path.replace(/^.*\//, "").replace(/\.py$/, "");
  return /** @type {any} */ ({
    path,
    id: slug,
    slug,
    title: slug,
    kind: "utility",
    entrypoint: "main",
    enabled: false,
    version: 1,
    createdAt: null,
    updatedAt: null,
    aliases: [],
    needs: null,
    body: false,
    params: null,
    origin,
    sha256: await sha256(content),
    problems: [{ code, message, script: { path, line: 1, column: 1 } }],
  });
}

/** @param {string} text */
async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
