/**
 * Starts workers in the sandbox, and opens the sandbox again when it is gone.
 *
 * A worker that `start` returns has booted, has proved its isolation and knows its limits.
 */
import { bootError, disposedError } from "../wire/errors.js";
import { PER_CALL, SLICE_MS } from "../wire/limits.js";
import { messageOf } from "../wire/messages.js";
import { isolationError, serverOfPage } from "../sandbox/levels.js";
import { newMark, withOwnStore } from "../sandbox/own_store.js";
import { WorkerLink } from "./worker_link.js";
import { checkLimited } from "../checks/start.js";

/** Failed starts in a row with the snapshot before one is tried without it. */
const MOST_WARM_FAILURES = 2;

/**
 * @typedef {import("../sandbox/frame.js").Sandbox} Sandbox
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 *
 * @typedef {object} StartsOptions
 * @property {(signal: AbortSignal) => Promise<Sandbox>} open opens the sandbox again after it was lost
 * @property {import("../wire/limits.js").Limits} limits
 * @property {import("../sandbox/levels.js").Level} level
 * @property {(link: WorkerLink, exit: WorkerExit) => void} onEnded called when a worker that was ready ends by itself
 * @property {(exit: WorkerExit) => void} onLost called when the sandbox is lost, with every worker
 * @property {(warning: string) => void} onWarning
 */

export class Starts {
  #options;
  /** @type {Sandbox | null} */
  #sandbox = null;
  /** @type {Promise<Sandbox> | null} */
  #opening = null;
  #generation = 0;
  #lateReplies = 0;
  #opened = 0;
  #stop = new AbortController();
  /** Starts with the snapshot that failed in a row. */
  #warmFailures = 0;
  /** Whether a worker started without the snapshot after some with it had failed: no later one uses it. */
  #isCold = false;
  #reason = "";

  /** Workers that have not ended, by generation. @type {Map<number, WorkerLink>} */
  links = new Map();

  /**
   * @param {Sandbox | null} sandbox null opens it when it is first needed
   * @param {StartsOptions} options
   */
  constructor(sandbox, options) {
    this.#options = options;
    if (sandbox !== null) this.#adopt(sandbox);
  }

  /** Aborted by `dispose`. */
  get signal() {
    return this.#stop.signal;
  }

  get generation() {
    return this.#generation;
  }

  /** Whether the sandbox is open. */
  get isOpen() {
    return this.#sandbox !== null;
  }

  /** How often the sandbox was opened. */
  get opened() {
    return this.#opened;
  }

  /** Replies that came after their exchange had ended. */
  get lateReplies() {
    return this.#lateReplies;
  }

  /**
   * Whether the sandbox answers; a worker in it may be busy all the same.
   * @returns {Promise<boolean>}
   */
  async isAlive() {
    return (await this.#sandbox?.isAlive()) ?? false;
  }

  /**
   * Start a worker and wait until it is ready.
   * @param {(link: WorkerLink) => void} [onSpawned] called as soon as there is a worker to end
   * @returns {Promise<WorkerLink>}
   * @throws {PybridgeError} `boot` or `isolation`; `cancelled` after the end
   */
  async start(onSpawned) {
    const sandbox = await this.#current();
    const isCold = this.#isCold || this.#warmFailures >= MOST_WARM_FAILURES;
    const link = this.#spawn(sandbox, isCold);
    onSpawned?.(link);
    try {
      await this.#boot(link);
    } catch (error) {
      this.links.delete(link.generation);
      this.#noteFailure(isCold, /** @type {Error} */ (error).message);
      throw error;
    }
    this.#noteStart(isCold);
    return link;
  }

  dispose() {
    this.#stop.abort();
    const exit = { code: "cancelled", message: "the runtime was disposed" };
    for (const link of this.links.values()) link.kill(exit);
    this.links.clear();
    this.close();
  }

  /** Close the sandbox, in which no worker is left; the next start opens another. */
  close() {
    this.#sandbox?.close();
    this.#sandbox = null;
  }

  /** @returns {Promise<Sandbox>} */
  async #current() {
    if (this.signal.aborted) throw disposedError();
    if (this.#sandbox) return this.#sandbox;
    this.#opening ??= this.#reopen().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #reopen() {
    const sandbox = await this.#options.open(this.signal);
    if (this.signal.aborted) {
      sandbox.close();
      throw disposedError();
    }
    return this.#adopt(sandbox);
  }

  /** @param {Sandbox} sandbox */
  #adopt(sandbox) {
    this.#sandbox = sandbox;
    this.#opened += 1;
    sandbox.onWorkerError((generation, message) => this.#workerFailed(generation, message));
    sandbox.onLost((message) => this.#lost(sandbox, message));
    return sandbox;
  }

  /**
   * @param {Sandbox} sandbox
   * @param {string} message
   */
  #lost(sandbox, message) {
    if (sandbox !== this.#sandbox) return;
    this.#sandbox = null;
    sandbox.close();
    this.#options.onLost({ code: "crash", message, isUnseen: true });
  }

  /**
   * @param {number} generation
   * @param {string | undefined} message
   */
  #workerFailed(generation, message = "the worker reported an error outside of any call") {
    const link = this.links.get(generation);
    if (link === undefined) return;
    const exit = { code: link.ready ? "crash" : "boot", message, isUnseen: true };
    link.kill(exit);
    if (link.ready) this.#options.onEnded(link, exit);
  }

  /**
   * @param {Sandbox} sandbox
   * @param {boolean} isCold
   */
  #spawn(sandbox, isCold) {
    const generation = ++this.#generation;
    const { memoryMib, stdoutBytes } = this.#options.limits;
    const mark = newMark();
    const options = {
      heapBytes: memoryMib * 2 ** 20,
      streamBytes: stdoutBytes,
      mark,
      page: serverOfPage(),
    };
    const port = sandbox.spawn(generation, options, isCold);
    const onLate = () => {
      this.#lateReplies += 1;
    };
    const link = new WorkerLink(generation, port, () => sandbox.end(generation), onLate);
    link.mark = mark;
    this.links.set(generation, link);
    return link;
  }

  /** @param {WorkerLink} link */
  async #boot(link) {
    const { limits, level } = this.#options;
    const end = await link.untilReady(limits.bootS * 1000);
    if ("exit" in end) throw this.#bootFailure(end.exit);
    link.ready = { ...link.ready, attestation: await withOwnStore(link.ready.attestation, link.mark) };
    if (link.exit !== null) throw this.#bootFailure(link.exit);
    requireIsolation(link, level);
    const limited = await tellLimits(link, limits, limits);
    if (limited !== null) throw this.#bootFailure(limited);
  }

  /** @param {WorkerExit} exit */
  #bootFailure(exit) {
    if (exit.code === "cancelled") return disposedError();
    return bootError(`the worker did not start: ${exit.message}`);
  }

  /**
   * @param {boolean} isCold
   * @param {string} reason
   */
  #noteFailure(isCold, reason) {
    // A failure without the snapshot has another cause.
    this.#warmFailures = isCold ? 0 : this.#warmFailures + 1;
    this.#reason = reason;
  }

  /** @param {boolean} isCold */
  #noteStart(isCold) {
    this.#warmFailures = 0;
    if (!isCold || this.#isCold) return;
    this.#isCold = true;
    this.#options.onWarning(`starting without the snapshot from now on: ${this.#reason}`);
  }
}

/**
 * Set the limits of the engine in a worker; nothing is sent where they are the same.
 * @param {WorkerLink} link
 * @param {import("../wire/limits.js").Limits} limits
 * @param {import("../wire/limits.js").Limits} host says how long to wait
 * @returns {Promise<WorkerExit | null>} how the worker ended, if it did
 */
export async function tellLimits(link, limits, host) {
  if (link.limits !== null && PER_CALL.every((name) => link.limits?.[name] === limits[name])) return null;
  const end = await link.exchange(messageOf("limits", { limits }), {
    request: "limits",
    deadlineMs: host.compileS * 1000 + SLICE_MS,
    renews: false,
    doing: "setting limits",
    onMessage: (message) => checkLimited(message),
  });
  if ("exit" in end) return end.exit;
  link.limits = limits;
  return null;
}

/**
 * @param {WorkerLink} link
 * @param {import("../sandbox/levels.js").Level} level
 */
function requireIsolation(link, level) {
  const error = isolationError(link.ready.attestation, level);
  if (error === null) return;
  link.kill({ code: "isolation", message: error.value.message });
  throw error;
}
