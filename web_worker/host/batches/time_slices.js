/** Work on the page's own thread in turns short enough that nobody notices. */

/** Milliseconds of work in one go: a frame at 60 Hz has 16, and the page wants some of them. */
export const TURN_MS = 8;

/** Pieces of work that may wait before `room` holds back whoever makes more of them. */
const MOST_WAITING = 8;

/**
 * Let the page do what it has to do. Unlike a timer this waits for nothing else, and unlike `scheduler.yield` it goes behind what
 * waits already: with that, keys typed during a large batch took half a second to show in Chromium.
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

/** Does pieces of work in the order they came, the first ones at once. */
export class TimeSlices {
  /** @type {Iterator<unknown>[]} */
  #waiting = [];
  /** @type {Promise<void> | null} */
  #later = null;
  /** @type {{error: unknown} | null} */
  #failure = null;

  /**
   * Begin with *work*; what does not fit into this turn is done in later ones.
   * @param {Iterator<unknown>} work a step each time it is asked for one; when one throws, `done` rejects
   */
  add(work) {
    this.#waiting.push(work);
    if (this.#later !== null || this.#turn()) return;
    this.#later = this.#goOn();
  }

  /** Wait until little enough is left that more may come. */
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
    while (!this.#turn());
    this.#later = null;
  }

  /** @returns {boolean} whether nothing is left to do */
  #turn() {
    const end = performance.now() + TURN_MS;
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
