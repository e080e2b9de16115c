/**
 * What is done while nobody waits: spares are started, the heap is looked at.
 *
 * Spares are started a moment after the last call, so that the call that follows a kill has the processor
 * for itself. A host that never pauses gets them all the same.
 */

/** Quiet time after which spares are started, and further quiet time after which the heap is looked at. */
const REPLENISH_MS = 50;
const RECYCLE_MS = 500;

/** The longest that spares wait for a pause. */
const REPLENISH_AT_LATEST_MS = 300;

export class Idle {
  #replenish;
  #recycle;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idleTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #latestTimer;
  #isOver = false;

  /**
   * @param {() => void} replenish starts the spares that are missing
   * @param {() => void} recycle looks at the heap
   */
  constructor(replenish, recycle) {
    this.#replenish = replenish;
    this.#recycle = recycle;
  }

  /** A call came. */
  begin() {
    if (this.#latestTimer !== undefined || this.#isOver) return;
    this.#latestTimer = setTimeout(() => {
      this.#latestTimer = undefined;
      this.#replenish();
    }, REPLENISH_AT_LATEST_MS);
  }

  /** Nobody waits any more. */
  end() {
    if (this.#isOver) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      this.#replenish();
      this.#idleTimer = setTimeout(this.#recycle, RECYCLE_MS);
    }, REPLENISH_MS);
  }

  stop() {
    this.#isOver = true;
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#latestTimer);
  }
}
