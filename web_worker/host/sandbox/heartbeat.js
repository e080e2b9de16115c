/**
 * Notices the end of a process that ends without a word: asks now and then, and counts what is not answered.
 *
 * A page that is busy itself hears answers late. So nothing is concluded from the time that passed, only
 * from questions in a row to which no answer was there when the next was due.
 */

/** Time between two questions, and after one that was not answered. */
const PACE_MS = 1000;
const HURRY_MS = 250;

/** Questions in a row without an answer. */
const MOST_MISSED = 4;

export class Heartbeat {
  #ask;
  #onLost;
  #paceMs;
  #hurryMs;
  #missed = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {((isAlive: boolean) => void)[]} */
  #waiting = [];
  #isOver = false;

  /**
   * @param {{ask: () => void, onLost: () => void}} ends *ask* sends a question, *onLost* is called once
   * @param {{paceMs?: number, hurryMs?: number}} [times]
   */
  constructor({ ask, onLost }, { paceMs = PACE_MS, hurryMs = HURRY_MS } = {}) {
    this.#ask = ask;
    this.#onLost = onLost;
    this.#paceMs = paceMs;
    this.#hurryMs = hurryMs;
    this.#later(paceMs);
  }

  /** An answer came. */
  heard() {
    if (this.#isOver) return;
    this.#missed = 0;
    this.#answer(true);
    this.#later(this.#paceMs);
  }

  /**
   * Ask now.
   * @returns {Promise<boolean>} whether an answer came
   */
  isAlive() {
    if (this.#isOver) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#missed > 0) this.#ask();
      else this.#question();
    });
  }

  stop() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#answer(false);
  }

  #question() {
    this.#missed += 1;
    this.#ask();
    this.#later(this.#hurryMs);
  }

  /** @param {number} ms */
  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#due(), ms);
  }

  #due() {
    if (this.#missed < MOST_MISSED) return this.#question();
    this.stop();
    this.#onLost();
  }

  /** @param {boolean} isAlive */
  #answer(isAlive) {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(isAlive);
  }
}
