/** A time by which something must have happened, moved at almost no cost: every call and every reply moves one. */

/** How much sooner than asked for a timer may fire, by its own clock. */
const EARLY_MS = 1;

export class Deadline {
  #onDue;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** When the timer fires; see `performance.now`. */
  #firesAt = Number.POSITIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;

  /** @param {() => void} onDue called once each time it is reached */
  constructor(onDue) {
    this.#onDue = onDue;
  }

  /**
   * Let it be in so many milliseconds, whatever it was before.
   * @param {number} ms
   */
  set(ms) {
    this.#dueAt = performance.now() + ms;
    // A timer that fires sooner finds out that it has to wait on: to start one costs more than that.
    if (this.#firesAt > this.#dueAt) this.#wait(ms);
  }

  /** There is none until the next `set`. */
  clear() {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  /** As `clear`, and nothing is left of it. */
  stop() {
    this.clear();
    clearTimeout(this.#timer);
    this.#firesAt = Number.POSITIVE_INFINITY;
  }

  /** @param {number} ms */
  #wait(ms) {
    clearTimeout(this.#timer);
    this.#firesAt = performance.now() + ms;
    this.#timer = setTimeout(() => this.#fired(), ms);
  }

  #fired() {
    this.#firesAt = Number.POSITIVE_INFINITY;
    const left = this.#dueAt - performance.now();
    if (left === Number.POSITIVE_INFINITY) return;
    if (left > EARLY_MS) return this.#wait(left);
    this.clear();
    this.#onDue();
  }
}
