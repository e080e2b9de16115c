/**
 * What is done while nobody waits: spares are started, the heap is looked at.
 *
 * Spares are started a moment after the last call, so that the call that follows a kill has the processor
 * for itself. A host that never pauses gets them all the same. At the start they wait for the first call
 * to be answered.
 */

/** Quiet time after which spares are started, and further quiet time after which the heap is looked at. */
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
   * @param {() => void} recycle looks at the heap
   */
  constructor(replenish, recycle) {
    this.#replenish = replenish;
    this.#recycle = recycle;
  }

  /** The runtime has started; its first call is to have the processor for itself. */
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

  /** Nobody waits any more. */
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
