/** Starts workers as the circuit breaker allows. */
import { bootError } from "../wire/errors.js";
import { CircuitBreaker } from "./circuit_breaker.js";
import { wait } from "./waiting.js";

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("../wire/errors.js").PybridgeError} PybridgeError
 */

export class GuardedStarts {
  #starts;
  breaker = new CircuitBreaker();

  /** @param {import("./starts.js").Starts} starts */
  constructor(starts) {
    this.#starts = starts;
  }

  /**
   * Start one worker, for a caller that waits: a few attempts, with pauses between them.
   * @returns {Promise<WorkerLink>}
   * @throws {PybridgeError} `boot` when the breaker is open or every attempt fails
   */
  async insist() {
    const { refusal, attempts } = this.breaker;
    if (refusal !== null) throw bootError(refusal, "see restarts and warnings in stats()");
    const { signal } = this.#starts;
    for (let attempt = 1; ; attempt += 1) {
      if (this.breaker.waitMs > 0) await wait(this.breaker.waitMs, signal);
      try {
        return await this.once();
      } catch (error) {
        const { code } = /** @type {PybridgeError} */ (error);
        if (code !== "boot" || attempt >= attempts || signal.aborted) throw error;
      }
    }
  }

  /**
   * Start one worker, in one attempt.
   * @param {(link: WorkerLink) => void} [onSpawned] called as soon as there is a worker to end
   * @returns {Promise<WorkerLink>}
   */
  async once(onSpawned) {
    try {
      const link = await this.#starts.start(onSpawned);
      this.breaker.started();
      return link;
    } catch (error) {
      if (!this.#starts.signal.aborted) this.breaker.startFailed(/** @type {Error} */ (error).message);
      throw error;
    }
  }
}
