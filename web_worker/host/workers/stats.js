/** Counters per script: calls, errors, timeouts, and percentiles of the time a call took. */

/** Durations kept per script; older ones are overwritten in turn. */
const KEPT = 1024;

/** Most names that are counted separately: a text can call macros by any name. */
const MOST_NAMES = 10_000;
const OTHERS = "(others)";

export class Stats {
  /** @type {Map<string, {calls: number, errors: number, timeouts: number, durations: number[], at: number}>} */
  #scripts = new Map();
  #calls = 0;
  /** How many calls failed, by code. @type {Map<string, number>} */
  #failed = new Map();
  /** Microseconds that the engine worked, by its own clock. */
  engineUs = 0;

  /**
   * @param {string} script its id, or the macro's name where no script has it
   * @param {string | undefined} errorCode
   * @param {number} durationUs mean of the slice the call was in
   */
  count(script, errorCode, durationUs) {
    const known = this.#scripts.has(script) || this.#scripts.size < MOST_NAMES ? script : OTHERS;
    const entry = this.#scripts.get(known) ?? { calls: 0, errors: 0, timeouts: 0, durations: [], at: 0 };
    this.#scripts.set(known, entry);
    entry.calls += 1;
    if (errorCode !== undefined) entry.errors += 1;
    if (errorCode === "timeout") entry.timeouts += 1;
    entry.durations[entry.at % KEPT] = durationUs;
    entry.at += 1;
  }

  /**
   * Count a call, or a macro of a document, that has its outcome.
   * @param {string | undefined} errorCode
   */
  tally(errorCode) {
    this.#calls += 1;
    if (errorCode !== undefined) this.#failed.set(errorCode, (this.#failed.get(errorCode) ?? 0) + 1);
  }

  /** Calls with an outcome: how many succeeded, and how many failed by code. */
  totals() {
    const errors = [...this.#failed.values()].reduce((sum, count) => sum + count, 0);
    return { calls: this.#calls, ok: this.#calls - errors, errors, byCode: Object.fromEntries(this.#failed) };
  }

  /** @returns {Record<string, {calls: number, errors: number, timeouts: number, p50Us: number, p95Us: number, p99Us: number}>} */
  report() {
    return Object.fromEntries(
      [...this.#scripts].map(([script, { calls, errors, timeouts, durations }]) => {
        const sorted = [...durations].sort((a, b) => a - b);
        const at = (/** @type {number} */ share) =>
          sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
        return [script, { calls, errors, timeouts, p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) }];
      }),
    );
  }
}
