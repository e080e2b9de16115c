/** Remembers how workers ended, for `stats`. */

/** The newest that are kept. */
const KEPT = 200;

export class RestartLog {
  /** Newest last. @type {{generation: number, code: string, message: string}[]} */
  #newest = [];
  /** @type {Map<string, number>} */
  #counts = new Map();

  /**
   * @param {number} generation of the worker
   * @param {import("./worker_link.js").WorkerExit} exit
   */
  note(generation, { code, message }) {
    this.#newest.push({ generation, code, message });
    if (this.#newest.length > KEPT) this.#newest.shift();
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  report() {
    return { restarts: [...this.#newest], restartCounts: Object.fromEntries(this.#counts) };
  }
}
