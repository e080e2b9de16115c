/** A deadline that is cheap to move: every call and every reply moves one. */

/** Milliseconds by which a timer may fire early. */
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
   * Set it to so many milliseconds from now.
   * @param {number} ms
   */
  set(ms) {
    this.#dueAt = performance.now() + ms;
    // A timer that fires earlier is started again then: that is cheaper than a new timer for each call.
    if (this.#firesAt > this.#dueAt) this.#wait(ms);
  }

  /** Remove it until the next `set`. */
  clear() {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  /** Remove it and its timer. */
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
