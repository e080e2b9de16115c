/**
 * The worker in use and its spares.
 *
 * A worker that died is replaced by a spare that has booted and loaded beforehand, or by a fresh one
 * when there is none. Scripts are loaded into every worker before it is handed out.
 */
import { Breaker } from "./breaker.js";
import { PybridgeError, bootError, disposedError } from "./errors.js";
import { Library } from "./library.js";
import { Loader } from "./loading.js";
import { messageOf } from "./messages.js";
import { Quarantine } from "./quarantine.js";
import { Spares } from "./spares.js";
import { Starts, tellLimits } from "./starts.js";
import { wait } from "./waiting.js";

/** Share of the memory limit at which a worker is replaced at the next idle moment. */
const RECYCLE_SHARE = 0.5;

/** A worker that said nothing for so long is asked whether it lives before it is given work. */
const QUIET_MS = 1000;
const GREETING_MS = 1000;

/** Workers in a row that are lost before one has its scripts, for no reason that a script gave. */
const MOST_LOST_AT_THE_START = 5;

/** Ends of workers that are kept for `stats`. */
const KEPT_RESTARTS = 200;

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").Death} Death
 *
 * @typedef {object} PoolOptions
 * @property {number} spares
 * @property {import("./levels.js").Level} level
 * @property {(signal: AbortSignal) => Promise<import("./sandbox_frame.js").Sandbox>} open opens the
 *   sandbox again after it was lost
 */

export class Pool {
  #limits;
  #starts;
  #loader;
  #spares;
  #breaker = new Breaker();
  /** @type {WorkerLink | null} */
  #current = null;
  /** @type {Map<string, number>} */
  #restartCounts = new Map();

  /** Scripts every worker is to have. */
  library = new Library();
  quarantine = new Quarantine(this.library);
  /** What went wrong without stopping anything. @type {string[]} */
  warnings = [];
  /** Ends of workers, newest last. @type {{generation: number, code: string, message: string}[]} */
  restarts = [];
  /** Called when the sandbox was lost and everything in it. @type {() => void} */
  onLost = () => {};

  /**
   * @param {import("./sandbox_frame.js").Sandbox} sandbox
   * @param {import("./limits.js").Limits} limits
   * @param {PoolOptions} options
   */
  constructor(sandbox, limits, { spares, level, open }) {
    this.#limits = limits;
    this.#starts = new Starts(sandbox, {
      open,
      limits,
      level,
      onEnded: (link, death) => this.retire(link, death),
      onLost: (death) => this.#sandboxLost(death),
      onWarning: (warning) => this.warnings.push(warning),
    });
    this.#loader = new Loader(this.library, limits, {
      live: () => this.#liveLink(),
      retire: (link, death) => this.retire(link, death),
      verdict: (death) => this.verdict(death),
    });
    this.#spares = new Spares(spares, (onSpawned) => this.#prepareSpare(onSpawned));
  }

  get #isDisposed() {
    return this.#starts.signal.aborted;
  }

  /** The `ready` facts of the worker in use. */
  get facts() {
    return this.#current?.ready ?? null;
  }

  /** Counters for `stats`. */
  report() {
    return {
      restarts: [...this.restarts],
      restartCounts: Object.fromEntries(this.#restartCounts),
      generation: this.#starts.generation,
      current: this.#current?.generation ?? null,
      sandboxes: this.#starts.opened,
      lateReplies: this.#starts.lateReplies,
      quarantined: this.quarantine.report(),
      breaker: this.#breaker.report(),
      sparesReady: this.#spares.ready,
      sandbox: this.facts,
      warnings: [...this.warnings],
    };
  }

  /**
   * Id of the script that answers to *name*; the name itself where none does.
   * @param {string} name
   */
  scriptIdOf(name) {
    return this.library.find(name)?.id ?? name;
  }

  /**
   * A worker that is ready, has every script, and obeys *limits*.
   * @param {import("./limits.js").Limits} [limits] the host's, or lower ones
   * @returns {Promise<WorkerLink>}
   * @throws {PybridgeError} `boot` when none comes up; `cancelled` after the end
   */
  async take(limits = this.#limits) {
    for (let lost = 0; lost < MOST_LOST_AT_THE_START; ) {
      const link = await this.#liveLink();
      const death =
        (await this.#greet(link)) ??
        (await this.#loader.update(link)) ??
        (await tellLimits(link, limits, this.#limits));
      if (death === null && !link.isDead) return link;
      if (death === null) continue;
      if (death.code === "cancelled") throw new PybridgeError(death);
      this.retire(link, death);
      lost += 1;
    }
    throw bootError("worker after worker is lost before it has its scripts", "see restarts in stats()");
  }

  /** A worker gave a reply to a piece of work. */
  worked() {
    this.#breaker.worked();
  }

  /**
   * What is to be made of the end of a worker: one that missed its deadline because its whole sandbox is
   * gone is nobody's fault.
   * @param {Death} death
   * @returns {Promise<Death>}
   */
  async verdict(death) {
    if (death.code !== "timeout" || (await this.#starts.isAlive())) return death;
    return { code: "crash", message: "the sandbox is gone", isUnseen: true };
  }

  /**
   * Note the end of *link* and let the next `take` find another.
   * @param {WorkerLink} link
   * @param {Death} death
   */
  retire(link, { code, message }) {
    link.kill({ code, message });
    if (this.#current === link) this.#current = null;
    if (!this.#starts.links.delete(link.generation)) return;
    this.#breaker.lost(message);
    this.restarts.push({ generation: link.generation, code, message });
    if (this.restarts.length > KEPT_RESTARTS) this.restarts.shift();
    this.#restartCounts.set(code, (this.#restartCounts.get(code) ?? 0) + 1);
  }

  /**
   * Bytes of heap of the worker in use; 0 when it does not answer.
   * @returns {Promise<number>}
   */
  async heapBytes() {
    const link = await this.take();
    let bytes = 0;
    const death = await ping(link, GREETING_MS, (message) => {
      bytes = message.heapBytes ?? 0;
    });
    if (death) this.retire(link, await this.verdict(death));
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
      this.#breaker.worked();
    }
  }

  /** Start missing spares; called when no batch is in flight, so that they do not compete with one. */
  replenish() {
    if (this.#isDisposed || this.#breaker.refusal !== null) return;
    this.#spares.replenish();
  }

  dispose() {
    this.#spares.clear();
    this.#current = null;
    this.#starts.dispose();
  }

  /** @returns {Promise<WorkerLink>} */
  async #liveLink() {
    if (this.#isDisposed) throw disposedError();
    if (this.#current && !this.#current.isDead) return this.#current;
    const spare = await this.#spares.take();
    // It may have died since, without anybody being told.
    if (spare) spare.heardAt = Number.NEGATIVE_INFINITY;
    this.#current = spare ?? (await this.#bootFresh());
    return this.#current;
  }

  /** @returns {Promise<WorkerLink>} */
  async #bootFresh() {
    const { refusal, attempts } = this.#breaker;
    if (refusal !== null) throw bootError(refusal, "see restarts and warnings in stats()");
    for (let attempt = 1; ; attempt += 1) {
      if (this.#breaker.waitMs > 0) await wait(this.#breaker.waitMs, this.#starts.signal);
      try {
        return await this.#startOne();
      } catch (error) {
        const { code } = /** @type {PybridgeError} */ (error);
        if (code !== "boot" || attempt >= attempts || this.#isDisposed) throw error;
      }
    }
  }

  /**
   * @param {(link: WorkerLink) => void} [onSpawned]
   * @returns {Promise<WorkerLink>}
   */
  async #startOne(onSpawned) {
    try {
      const link = await this.#starts.start(onSpawned);
      this.#breaker.started();
      return link;
    } catch (error) {
      if (!this.#isDisposed) this.#breaker.startFailed(/** @type {Error} */ (error).message);
      throw error;
    }
  }

  /** @param {(link: WorkerLink) => void} onSpawned */
  async #prepareSpare(onSpawned) {
    const link = await this.#startOne(onSpawned);
    const death = await this.#loader.fill(link);
    // What a spare dies of is found out when the worker in use dies of it.
    if (death) this.retire(link, death);
    return death === null;
  }

  /**
   * @param {WorkerLink} link
   * @returns {Promise<Death | null>} how it ended, if it did not answer
   */
  async #greet(link) {
    if (performance.now() - link.heardAt < QUIET_MS) return null;
    const death = await ping(link, GREETING_MS, () => {});
    if (death?.code !== "timeout") return death;
    const { isUnseen, message } = await this.verdict(death);
    return { code: "crash", message: isUnseen ? message : "the worker was gone" };
  }

  /** @param {Death} death */
  #sandboxLost(death) {
    const links = [...this.#starts.links.values()];
    for (const link of links) {
      link.kill(death);
      this.retire(link, death);
    }
    this.#spares.clear();
    this.onLost();
  }
}

/**
 * @param {WorkerLink} link
 * @param {number} deadlineMs
 * @param {(message: any) => void} onPong
 * @returns {Promise<Death | null>}
 */
async function ping(link, deadlineMs, onPong) {
  const onMessage = (/** @type {any} */ message) => {
    onPong(message);
    return true;
  };
  const rules = { deadlineMs, renews: false, doing: "answering", onMessage };
  const end = await link.exchange(messageOf("ping", {}), rules);
  return "death" in end ? end.death : null;
}
