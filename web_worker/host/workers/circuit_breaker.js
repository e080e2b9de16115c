/**
 * Decides when the next worker may be started, so that a crash loop does not spin.
 *
 * Starts that fail in a row open the breaker: for a while nothing is started, then one start is tried.
 * Workers that are lost in a row without one reply between them make the next one wait; a call
 * that needs it waits as well.
 */

/** Starts in a row that fail before the breaker opens. */
export const MOST_FAILED_STARTS = 3;

/** Workers in a row that are lost without one reply before the next has to wait. */
export const MOST_LOSSES_IN_A_ROW = 20;

const BETWEEN_STARTS_MS = 150;
const OPEN_MS = 1000;
const LONGEST_OPEN_MS = 30_000;
const WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

export class CircuitBreaker {
  #now;
  #failedStarts = 0;
  #losses = 0;
  #reason = "";
  #openUntil = 0;

  /** @param {() => number} now milliseconds of a monotonic clock */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Why no worker may be started now; null when one may. */
  get refusal() {
    const retryInMs = this.#openUntil - this.#now();
    if (retryInMs <= 0) return null;
    const seconds = Math.ceil(retryInMs / 100) / 10;
    return `${this.#reason} (${this.#failedStarts} starts in a row failed, the next is tried in ${seconds} s)`;
  }

  /** Attempts of one start: a single one after the breaker was open. */
  get attempts() {
    return this.#failedStarts < MOST_FAILED_STARTS ? MOST_FAILED_STARTS : 1;
  }

  /** How long the next start has to wait. Milliseconds. */
  get waitMs() {
    if (this.#failedStarts > 0) return BETWEEN_STARTS_MS * Math.min(this.#failedStarts, MOST_FAILED_STARTS);
    const beyond = this.#losses - MOST_LOSSES_IN_A_ROW;
    return beyond < 0 ? 0 : Math.min(WAIT_MS * 2 ** beyond, LONGEST_WAIT_MS);
  }

  /** @param {string} reason */
  startFailed(reason) {
    this.#failedStarts += 1;
    this.#reason = reason;
    const times = this.#failedStarts - MOST_FAILED_STARTS;
    if (times >= 0) this.#openUntil = this.#now() + Math.min(OPEN_MS * 2 ** times, LONGEST_OPEN_MS);
  }

  started() {
    this.#failedStarts = 0;
    this.#openUntil = 0;
  }

  /** @param {string} reason */
  lost(reason) {
    this.#losses += 1;
    this.#reason = reason;
  }

  /** A worker replied. */
  worked() {
    this.#losses = 0;
  }

  report() {
    const isOpen = this.refusal !== null;
    const isTroubled = this.#failedStarts > 0 || this.#losses > 0;
    return {
      isOpen,
      failedStarts: this.#failedStarts,
      lossesInARow: this.#losses,
      reason: isTroubled ? this.#reason : null,
    };
  }
}
