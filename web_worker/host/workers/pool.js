/**
 * The worker in use and its spares.
 *
 * A worker that was lost is replaced by a spare that has booted and loaded beforehand, or by a fresh one
 * when there is none. Scripts are loaded into every worker before it is handed out.
 */
import { PybridgeError, bootError, disposedError } from "../wire/errors.js";
import { GuardedStarts } from "./guarded_starts.js";
import { checkLiveness } from "./liveness.js";
import { Loader } from "./loading.js";
import { Quarantine } from "./quarantine.js";
import { RestartLog } from "./restart_log.js";
import { ScriptIndex } from "./script_index.js";
import { Spares } from "./spares.js";
import { Starts, tellLimits } from "./starts.js";

/** Workers in a row that are lost before one has its scripts, for no reason that a script gave. */
const MOST_LOST_AT_THE_START = 5;

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 *
 * @typedef {object} PoolOptions
 * @property {number} spares
 * @property {import("../sandbox/levels.js").Level} level
 * @property {(signal: AbortSignal) => Promise<import("../sandbox/frame.js").Sandbox>} open opens the
 *   sandbox again after it was lost
 */

export class Pool {
  #starts;
  #guarded;
  #loader;
  #spares;
  /** @type {WorkerLink | null} */
  #current = null;
  #restarts = new RestartLog();

  /** Scripts that every worker gets. */
  scriptIndex = new ScriptIndex();
  quarantine = new Quarantine(this.scriptIndex);
  /** Problems that stopped nothing. @type {string[]} */
  warnings = [];
  /** Called when the sandbox was lost and everything in it. @type {() => void} */
  onLost = () => {};

  /**
   * @param {import("../sandbox/frame.js").Sandbox | null} sandbox null opens it when it is first needed
   * @param {import("../wire/limits.js").Limits} limits of the host
   * @param {PoolOptions} options
   */
  constructor(sandbox, limits, { spares, level, open }) {
    this.limits = limits;
    this.#starts = new Starts(sandbox, {
      open,
      limits,
      level,
      onEnded: (link, exit) => this.retire(link, exit),
      onLost: (exit) => this.#sandboxLost(exit),
      onWarning: (warning) => this.warnings.push(warning),
    });
    this.#guarded = new GuardedStarts(this.#starts);
    this.#loader = new Loader(this.scriptIndex, limits, {
      live: () => this.#liveLink(),
      retire: (link, exit) => this.retire(link, exit),
      classify: (exit) => this.classify(exit),
    });
    this.#spares = new Spares(spares, (onSpawned) => this.#prepareSpare(onSpawned));
  }

  get isDisposed() {
    return this.#starts.signal.aborted;
  }

  /** The worker in use; null where the next `take` finds another. */
  get current() {
    return this.#current;
  }

  /** All workers that live, spares too. */
  get links() {
    return [...this.#starts.links.values()];
  }

  /** Whether its sandbox is open, which takes memory. */
  get isOpen() {
    return this.#starts.isOpen;
  }

  /** Counters for `stats`. */
  report() {
    return {
      ...this.#restarts.report(),
      generation: this.#starts.generation,
      current: this.#current?.generation ?? null,
      sandboxes: this.#starts.opened,
      lateReplies: this.#starts.lateReplies,
      quarantined: this.quarantine.report(),
      breaker: this.#guarded.breaker.report(),
      sparesReady: this.#spares.ready,
      sandbox: this.#current?.ready ?? null,
      warnings: [...this.warnings],
    };
  }

  /**
   * Id of the script that a macro's name means; the name itself where there is none.
   * @param {string} name
   */
  scriptIdOf(name) {
    return this.scriptIndex.macro(name)?.id ?? name;
  }

  /**
   * A worker that is ready, has every script, and obeys *limits*.
   * @param {import("../wire/limits.js").Limits} [limits] the host's, or lower ones
   * @returns {Promise<WorkerLink>}
   * @throws {PybridgeError} `boot` when none starts; `cancelled` after `dispose`
   */
  async take(limits = this.limits) {
    for (let lost = 0; lost < MOST_LOST_AT_THE_START; ) {
      const link = await this.#liveLink();
      const exit =
        (await checkLiveness(link, (each) => this.classify(each))) ??
        (await this.#loader.update(link)) ??
        (await tellLimits(link, limits, this.limits));
      if (exit === null && !link.hasExited) return link;
      if (exit === null) continue;
      if (exit.code === "cancelled") throw new PybridgeError(exit);
      this.retire(link, exit);
      lost += 1;
    }
    throw bootError("worker after worker is lost before it has its scripts", "see restarts in stats()");
  }

  /** A worker replied to a piece of work. */
  worked() {
    this.#guarded.breaker.worked();
  }

  /**
   * Classify how a worker ended: a missed deadline is not charged where the whole sandbox is gone.
   * @param {WorkerExit} exit
   * @returns {Promise<WorkerExit>}
   */
  async classify(exit) {
    if (exit.code !== "timeout" || (await this.#starts.isAlive())) return exit;
    return { code: "crash", message: "the sandbox is gone", isUnseen: true };
  }

  /**
   * Note the end of *link* and let the next `take` find another.
   * @param {WorkerLink} link
   * @param {WorkerExit} exit
   */
  retire(link, { code, message }) {
    link.kill({ code, message });
    if (this.#current === link) this.#current = null;
    if (!this.#starts.links.delete(link.generation)) return;
    this.#guarded.breaker.lost(message);
    this.#restarts.note(link.generation, { code, message });
  }

  /**
   * End a worker that works: the breaker does not count it.
   * @param {WorkerLink} link
   * @param {string} message why
   */
  replace(link, message) {
    this.retire(link, { code: "restarted", message });
    this.worked();
  }

  /** Start missing spares; called when no batch is in flight, so that they do not compete with one. */
  replenish() {
    if (this.isDisposed || this.#guarded.breaker.refusal !== null) return;
    this.#spares.replenish();
  }

  /** Close the sandbox, in which no worker is left; the next `take` opens another. */
  close() {
    this.#starts.close();
  }

  dispose() {
    this.#spares.clear();
    this.#current = null;
    this.#starts.dispose();
  }

  /** @returns {Promise<WorkerLink>} */
  async #liveLink() {
    if (this.isDisposed) throw disposedError();
    if (this.#current && !this.#current.hasExited) return this.#current;
    // It was ended for what it sent while nobody asked.
    if (this.#current?.exit) this.retire(this.#current, this.#current.exit);
    const spare = await this.#spares.take();
    // It may have ended since, without notice: have it asked before it gets work.
    if (spare) spare.heardAt = Number.NEGATIVE_INFINITY;
    this.#current = spare ?? (await this.#guarded.insist());
    return this.#current;
  }

  /** @param {(link: WorkerLink) => void} onSpawned */
  async #prepareSpare(onSpawned) {
    const link = await this.#guarded.once(onSpawned);
    const exit = await this.#loader.fill(link);
    // Which script ends a spare is found when the worker in use loads the same scripts.
    if (exit) this.retire(link, exit);
    return exit === null;
  }

  /** @param {WorkerExit} exit */
  #sandboxLost(exit) {
    for (const link of this.links) {
      link.kill(exit);
      this.retire(link, exit);
    }
    this.#spares.clear();
    this.onLost();
  }
}
