/**
 * The worker in use and its spares.
 *
 * A worker that died is replaced by a spare that has booted and loaded beforehand, or by a fresh one
 * when there is none. Scripts are loaded into every worker before it is handed out.
 */
import { CircuitBreaker } from "./circuit_breaker.js";
import { RestartLog } from "./restart_log.js";
import { PybridgeError, bootError, disposedError } from "../wire/errors.js";
import { isAlive, ping } from "./liveness.js";
import { ScriptIndex } from "./script_index.js";
import { Loader } from "./loading.js";
import { Quarantine } from "./quarantine.js";
import { Spares } from "./spares.js";
import { Starts, tellLimits } from "./starts.js";
import { wait } from "./waiting.js";

/** Share of the memory limit at which a worker is replaced at the next idle moment. */
const RECYCLE_SHARE = 0.5;

/** Workers in a row that are lost before one has its scripts, for no reason that a script gave. */
const MOST_LOST_AT_THE_START = 5;

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 *
 * @typedef {object} PoolOptions
 * @property {number} spares
 * @property {import("../sandbox/levels.js").Level} level
 * @property {(signal: AbortSignal) => Promise<import("../sandbox/sandbox_frame.js").Sandbox>} open opens the
 *   sandbox again after it was lost
 */

export class Pool {
  #limits;
  #starts;
  #loader;
  #spares;
  #breaker = new CircuitBreaker();
  /** @type {WorkerLink | null} */
  #current = null;
  #ends = new RestartLog();

  /** Scripts every worker is to have. */
  library = new ScriptIndex();
  quarantine = new Quarantine(this.library);
  /** What went wrong without stopping anything. @type {string[]} */
  warnings = [];
  /** Called when the sandbox was lost and everything in it. @type {() => void} */
  onLost = () => {};

  /**
   * @param {import("../sandbox/sandbox_frame.js").Sandbox | null} sandbox null opens it when it is first needed
   * @param {import("../wire/limits.js").Limits} limits
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

  /** Whether its sandbox is there, which takes memory. */
  get isOpen() {
    return this.#starts.isOpen;
  }

  /** Counters for `stats`. */
  report() {
    return {
      ...this.#ends.report(),
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
   * @param {import("../wire/limits.js").Limits} [limits] the host's, or lower ones
   * @returns {Promise<WorkerLink>}
   * @throws {PybridgeError} `boot` when none comes up; `cancelled` after the end
   */
  async take(limits = this.#limits) {
    for (let lost = 0; lost < MOST_LOST_AT_THE_START; ) {
      const link = await this.#liveLink();
      const death =
        (await isAlive(link, (end) => this.verdict(end))) ??
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
   * @param {WorkerExit} death
   * @returns {Promise<WorkerExit>}
   */
  async verdict(death) {
    if (death.code !== "timeout" || (await this.#starts.isAlive())) return death;
    return { code: "crash", message: "the sandbox is gone", isUnseen: true };
  }

  /**
   * Note the end of *link* and let the next `take` find another.
   * @param {WorkerLink} link
   * @param {WorkerExit} death
   */
  retire(link, { code, message }) {
    link.kill({ code, message });
    if (this.#current === link) this.#current = null;
    if (!this.#starts.links.delete(link.generation)) return;
    this.#breaker.lost(message);
    this.#ends.note(link.generation, { code, message });
  }

  /**
   * Bytes of heap of the worker in use; 0 when it does not answer.
   * @returns {Promise<number>}
   */
  async heapBytes() {
    const link = await this.take();
    const { heapBytes, death } = await ping(link);
    if (death) this.retire(link, await this.verdict(death));
    return heapBytes;
  }

  /**
   * Replace the worker in use when its heap has grown past the watermark: a heap never shrinks. A call
   * finds the spare in its place.
   */
  async recycle() {
    if (this.#current === null || this.#isDisposed) return;
    const link = this.#current;
    const watermark = this.#limits.memoryMib * 2 ** 20 * RECYCLE_SHARE;
    if ((await this.heapBytes()) > watermark && !link.isDead)
      this.#replace(link, "its heap had grown past the watermark");
  }

  /**
   * End every worker that is ready, those in reserve too: what it has of scripts is gone.
   * @param {string} message why
   */
  renew(message) {
    const ready = [...this.#starts.links.values()].filter((link) => link.ready !== null);
    for (const link of ready) this.#replace(link, message);
  }

  /**
   * Let go of a script that is moved to another trust domain: no interpreter that may have run it goes on.
   * @param {string} path
   */
  giveAway(path) {
    this.library.remove(path);
    for (const link of [...this.#starts.links.values()]) {
      const isHolding = link.loaded.has(path) && !link.loaded.get(path)?.elsewhere;
      if (isHolding) this.#replace(link, `${path} went to another trust domain`);
    }
  }

  /** Give back all memory of a pool that keeps no spares; the next call opens the sandbox again. */
  rest() {
    this.renew("other trust domains needed the memory");
    this.#starts.rest();
  }

  /** Start missing spares; called when no batch is in flight, so that they do not compete with one. */
  replenish() {
    if (this.#isDisposed || this.#breaker.refusal !== null) return;
    this.#spares.replenish();
  }

  /**
   * End a worker that did no wrong.
   * @param {WorkerLink} link
   * @param {string} message
   */
  #replace(link, message) {
    this.retire(link, { code: "restarted", message });
    this.#breaker.worked();
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

  /** @param {WorkerExit} death */
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
