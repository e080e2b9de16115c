/** Work on the page's own thread in slices short enough not to delay input or painting. */

/** Milliseconds of one slice: a frame at 60 Hz has 16, and the page needs some of them. */
export const TIME_SLICE_MS = 8;

/** Pieces of work that may wait before `room` holds back the producer. */
const MOST_WAITING = 8;

/**
 * Yield to the page. It has no minimal delay, unlike a timer, and goes behind tasks that wait already, unlike
 * `scheduler.yield`: with that, keys typed during a large batch took half a second to show in Chromium.
 * @returns {Promise<void>}
 */
export function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Does pieces of work in the order in which they were added, the first at once. */
export class TimeSlices {
  /** @type {Iterator<unknown>[]} */
  #waiting = [];
  /** @type {Promise<void> | null} */
  #later = null;
  /** @type {{error: unknown} | null} */
  #failure = null;

  /**
   * Begin with *work*; what does not fit into this slice is done in later ones.
   * @param {Iterator<unknown>} work a step for each `next`; when one throws, `done` rejects
   */
  add(work) {
    this.#waiting.push(work);
    if (this.#later !== null || this.#slice()) return;
    this.#later = this.#goOn();
  }

  /** Wait until more work may be added. */
  async room() {
    while (this.#waiting.length > MOST_WAITING) await pause();
  }

  /** Wait until all is done. */
  async done() {
    await this.#later;
    if (this.#failure) throw this.#failure.error;
  }

  async #goOn() {
    do await pause();
    while (!this.#slice());
    this.#later = null;
  }

  /** @returns {boolean} whether nothing is left to do */
  #slice() {
    const end = performance.now() + TIME_SLICE_MS;
    try {
      while (this.#waiting.length > 0) {
        if (this.#waiting[0].next().done) this.#waiting.shift();
        else if (performance.now() >= end) return false;
      }
    } catch (error) {
      this.#failure ??= { error };
      this.#waiting = [];
    }
    return true;
  }
}
