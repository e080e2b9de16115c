/**
 * Detects that a process has terminated silently: sends pings and counts those without an answer.
 *
 * A busy page receives answers late. So the elapsed time alone decides nothing; a process is lost only after several pings
 * in a row had no answer when the next one was due.
 */

/** Time between two pings, and after one without an answer. */
const PACE_MS = 1000;
const HURRY_MS = 250;

/** Pings in a row without an answer after which the process is lost. */
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
   * @param {{ask: () => void, onLost: () => void}} actions *ask* sends a ping, *onLost* is called once
   * @param {{paceMs?: number, hurryMs?: number}} [times]
   */
  constructor({ ask, onLost }, { paceMs = PACE_MS, hurryMs = HURRY_MS } = {}) {
    this.#ask = ask;
    this.#onLost = onLost;
    this.#paceMs = paceMs;
    this.#hurryMs = hurryMs;
    this.#later(paceMs);
  }

  /** An answer came; one that nobody asked for says nothing. */
  heard() {
    if (this.#isOver || this.#missed === 0) return;
    this.#missed = 0;
    this.#answer(true);
    this.#later(this.#paceMs);
  }

  /**
   * Send a ping now.
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
