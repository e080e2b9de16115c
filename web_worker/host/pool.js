/**
 * The worker in use and its spares, by generation.
 *
 * A worker that died is replaced by a spare that has booted and loaded beforehand, or by a fresh one
 * when there is none. Scripts are loaded into every worker before it is handed out.
 */
import { SLICE_MS } from "./limits.js";
import { messageOf } from "./messages.js";
import { PybridgeError, bootError } from "./errors.js";
import { WorkerLink } from "./worker_link.js";

const BOOT_ATTEMPTS = 3;
const BACKOFF_MS = 150;

/** Share of the memory limit at which a worker is replaced at the next idle moment. */
const RECYCLE_SHARE = 0.5;

/** @typedef {{path: string, content: string, origin: "default" | "project"}} Script */

export class Pool {
  #sandbox;
  #limits;
  #spareCount;
  #level;
  #generation = 0;
  /** @type {WorkerLink | null} */
  #current = null;
  /** @type {{link: WorkerLink, booted: Promise<void>, isReady: () => boolean}[]} */
  #spares = [];
  /** @type {Map<number, WorkerLink>} */
  #links = new Map();
  #isDisposed = false;
  #late = 0;
  /** Whether workers boot without the snapshot, because one failed with it. */
  #isCold = false;

  /** Scripts every worker is to have, by path. @type {Map<string, Script>} */
  scripts = new Map();
  /** What is known of each script since it was loaded last. @type {Map<string, any>} */
  infos = new Map();
  /** What went wrong without stopping anything. @type {string[]} */
  warnings = [];
  /** Ends of workers, newest last. @type {{generation: number, code: string, message: string}[]} */
  restarts = [];

  /**
   * @param {import("./sandbox_frame.js").Sandbox} sandbox
   * @param {import("./limits.js").Limits} limits
   * @param {{spares: number, level: import("./levels.js").Level}} options
   */
  constructor(sandbox, limits, { spares, level }) {
    this.#sandbox = sandbox;
    this.#limits = limits;
    this.#spareCount = spares;
    this.#level = level;
    sandbox.onWorkerError((generation, message) => {
      const link = this.#links.get(generation);
      const code = link?.ready ? "crash" : "boot";
      link?.kill({ code, message: message ?? "the worker reported an error outside of any call" });
    });
  }

  get generation() {
    return this.#generation;
  }

  /** Spares that have booted and loaded. */
  get sparesReady() {
    return this.#spares.filter(({ isReady }) => isReady()).length;
  }

  get lateReplies() {
    return [...this.#links.values()].reduce((sum, link) => sum + link.lateReplies, this.#late);
  }

  /**
   * Id of the script that answers to *name*; the name itself where none does.
   * @param {string} name
   */
  scriptIdOf(name) {
    for (const { id, slug, aliases } of this.infos.values()) {
      if (slug === name || id === name || aliases?.includes(name)) return id;
    }
    return name;
  }

  /** The `ready` facts of the worker in use. */
  get facts() {
    return this.#current?.ready ?? null;
  }

  /**
   * A worker that is ready and has every script.
   * @returns {Promise<WorkerLink>}
   */
  async take() {
    for (;;) {
      const link = await this.#liveLink();
      await this.#loadInto(link);
      if (!link.isDead) return link;
    }
  }

  /**
   * Note the end of *link* and let the next `take` find another.
   * @param {WorkerLink} link
   * @param {import("./worker_link.js").Death} death
   */
  retire(link, death) {
    link.kill(death);
    this.restarts.push({ generation: link.generation, ...death });
    this.#forget(link);
  }

  /**
   * Bytes of heap of the worker in use; 0 when it does not answer.
   * @returns {Promise<number>}
   */
  async heapBytes() {
    const link = await this.take();
    let bytes = 0;
    const end = await link.exchange(messageOf("ping", {}), {
      ...this.#rules("answering", (message) => {
        bytes = message.heapBytes ?? 0;
      }),
    });
    if ("death" in end) this.retire(link, end.death);
    return bytes;
  }

  /**
   * Replace the worker in use when its heap has grown past the watermark: a heap never shrinks. A call
   * finds the spare in its place.
   */
  async recycle() {
    if (this.#current === null || this.#isDisposed) return;
    const link = this.#current;
    const watermark = this.#limits.memoryMib * 2 ** 20 * RECYCLE_SHARE;
    if ((await this.heapBytes()) > watermark && !link.isDead) {
      this.retire(link, { code: "restarted", message: "its heap had grown past the watermark" });
    }
  }

  /** Start missing spares; called when no batch is in flight, so that they do not compete with one. */
  replenish() {
    if (this.#isDisposed) return;
    while (this.#spares.length < this.#spareCount) {
      const link = this.#spawn();
      let isReady = false;
      const booted = this.#boot(link)
        .then(() => this.#loadInto(link))
        .then(() => {
          isReady = !link.isDead;
        })
        .catch(() => this.#dropSpare(link));
      this.#spares.push({ link, booted, isReady: () => isReady });
    }
  }

  dispose() {
    this.#isDisposed = true;
    const death = { code: "cancelled", message: "the runtime was disposed" };
    for (const link of this.#links.values()) link.kill(death);
    this.#links.clear();
    this.#sandbox.close();
  }

  /** @returns {Promise<WorkerLink>} */
  async #liveLink() {
    if (this.#current && !this.#current.isDead) return this.#current;
    const spare = this.#spares.shift();
    if (spare) {
      await spare.booted;
      if (!spare.link.isDead) return this.#use(spare.link);
    }
    return this.#use(await this.#bootFresh());
  }

  /** @param {WorkerLink} link */
  #use(link) {
    this.#current = link;
    return link;
  }

  /** @returns {Promise<WorkerLink>} */
  async #bootFresh() {
    for (let attempt = 1; ; attempt += 1) {
      const link = this.#spawn();
      try {
        await this.#boot(link);
        return link;
      } catch (error) {
        this.#forget(link);
        const isFinal = /** @type {PybridgeError} */ (error).code !== "boot" || attempt === BOOT_ATTEMPTS;
        if (isFinal || this.#isDisposed) throw error;
        await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * attempt));
      }
    }
  }

  #spawn() {
    if (this.#isDisposed) throw new PybridgeError({ code: "cancelled", message: "the runtime was disposed" });
    const generation = ++this.#generation;
    const { memoryMib, stdoutBytes } = this.#limits;
    const port = this.#sandbox.spawn(
      generation,
      { heapBytes: memoryMib * 2 ** 20, streamBytes: stdoutBytes },
      this.#isCold,
    );
    const link = new WorkerLink(generation, port, () => this.#sandbox.end(generation));
    this.#links.set(generation, link);
    return link;
  }

  /** @param {WorkerLink} link */
  async #boot(link) {
    const end = await link.untilReady(this.#limits.bootS * 1000);
    if ("death" in end) {
      if (end.death.code === "cancelled") throw new PybridgeError(end.death);
      this.#goCold(end.death.message);
      throw bootError(`the worker did not start: ${end.death.message}`);
    }
    this.#requireIsolation(link);
    await link.exchange(
      messageOf("limits", { limits: this.#limits }),
      this.#rules("setting limits", () => {}),
    );
  }

  /** @param {string} reason */
  #goCold(reason) {
    if (this.#isCold) return;
    this.#isCold = true;
    this.warnings.push(`starting without the snapshot from now on: ${reason}`);
  }

  /** @param {WorkerLink} link */
  #requireIsolation(link) {
    const held = new Map(link.ready.attestation.map((/** @type {any} */ probe) => [probe.probe, probe]));
    const open = this.#level.probes.filter((name) => !held.get(name)?.held);
    if (open.length === 0) return;
    const details = open.map((name) => (held.get(name)?.detail ? `${name} (${held.get(name).detail})` : name));
    const death = { code: "isolation", message: `the sandbox does not hold: ${details.join(", ")}` };
    link.kill(death);
    throw new PybridgeError({ ...death, hint: this.#level.hint });
  }

  /**
   * Bring the scripts of *link* up to date.
   * @param {WorkerLink} link
   */
  async #loadInto(link) {
    const stale = [...this.scripts.values()].filter(({ path, content }) => link.loaded.get(path) !== content);
    const unload = [...link.loaded.keys()].filter((path) => !this.scripts.has(path));
    if (link.isDead || (stale.length === 0 && unload.length === 0)) return;
    const end = await this.#sendScripts(link, stale, unload);
    if ("done" in end) return;
    this.retire(link, end.death);
    if (stale.length === 1) this.#exclude(stale[0], end.death);
    else if (stale.length > 1) await this.#findCulprit(stale);
  }

  /**
   * @param {WorkerLink} link
   * @param {Script[]} scripts
   * @param {string[]} unload
   */
  #sendScripts(link, scripts, unload) {
    const onLoaded = (/** @type {any} */ message) => {
      for (const path of unload) link.loaded.delete(path);
      for (const [index, script] of scripts.entries()) {
        link.loaded.set(script.path, script.content);
        this.infos.set(script.path, message.scripts[index]);
      }
    };
    return link.exchange(messageOf("load", { scripts, unload }), this.#rules("compiling scripts", onLoaded));
  }

  /**
   * One of *scripts* ends every worker that compiles it: load them one by one, and leave it out.
   * @param {Script[]} scripts
   */
  async #findCulprit(scripts) {
    for (const script of scripts) {
      const link = await this.#liveLink();
      const end = await this.#sendScripts(link, [script], []);
      if ("done" in end) continue;
      this.retire(link, end.death);
      this.#exclude(script, end.death);
    }
  }

  /**
   * @param {Script} script
   * @param {import("./worker_link.js").Death} death
   */
  #exclude(script, death) {
    if (death.code === "cancelled") return;
    this.scripts.delete(script.path);
    this.infos.set(script.path, {
      path: script.path,
      problems: [{ ...death, script: { path: script.path, line: 1, column: 1 } }],
    });
  }

  /**
   * @param {string} doing
   * @param {(message: any) => void} onReply
   */
  #rules(doing, onReply) {
    const deadlineMs = this.#limits.compileS * 1000 + SLICE_MS;
    return {
      deadlineMs,
      renews: false,
      doing,
      onMessage: (/** @type {any} */ message) => {
        onReply(message);
        return true;
      },
    };
  }

  /** @param {WorkerLink} link */
  #dropSpare(link) {
    this.#spares = this.#spares.filter((spare) => spare.link !== link);
    this.#forget(link);
  }

  /** @param {WorkerLink} link */
  #forget(link) {
    this.#late += link.lateReplies;
    this.#links.delete(link.generation);
    if (this.#current === link) this.#current = null;
  }
}
