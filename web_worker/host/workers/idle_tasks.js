/**
 * Tasks for idle moments: start spares, check the heap.
 *
 * Spares start shortly after the last call, so that they do not compete with the call that follows the loss of a worker.
 * A host that never pauses gets them after a longest delay. After the start they wait for the first call.
 */

/** Quiet time after which spares are started, and further quiet time after which the heap is checked. */
const REPLENISH_MS = 50;
const RECYCLE_MS = 500;

/** The longest that spares wait for a pause. */
const REPLENISH_AT_LATEST_MS = 300;

/** The longest that the first spares wait for the first call, once the runtime has started. */
const FIRST_CALL_MS = 1000;

export class IdleTasks {
  #replenish;
  #recycle;
  #isHeld = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idleTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #latestTimer;
  #isOver = false;

  /**
   * @param {() => void} replenish starts the spares that are missing
   * @param {() => void} recycle checks the heap
   */
  constructor(replenish, recycle) {
    this.#replenish = replenish;
    this.#recycle = recycle;
  }

  /** The runtime has started; spares do not compete with its first call. */
  started() {
    if (!this.#isHeld || this.#isOver) return;
    this.#latestTimer = setTimeout(() => {
      this.#latestTimer = undefined;
      this.release();
      this.#replenish();
    }, FIRST_CALL_MS);
  }

  /** The first call was answered. */
  release() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    clearTimeout(this.#latestTimer);
    this.#latestTimer = undefined;
  }

  /** A call came. */
  begin() {
    if (this.#latestTimer !== undefined || this.#isHeld || this.#isOver) return;
    this.#latestTimer = setTimeout(() => {
      this.#latestTimer = undefined;
      this.#replenish();
    }, REPLENISH_AT_LATEST_MS);
  }

  /** The last waiting call is done. */
  end() {
    if (this.#isHeld || this.#isOver) return;
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
