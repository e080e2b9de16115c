/** Compares a reply about a batch with how far the batch is: it continues there, and it goes on. */
import { checkTime } from "./values.js";

/** Replies in a row without progress: the engine goes back once, to run the items of a slice one by one. */
const MOST_EMPTY = 2;

export class Progress {
  #count;
  #isAlone;
  /** Replies without progress since the last one that had some. */
  #empty = 0;
  #step = 0;

  /** Items of the message that are finished. */
  finished = 0;

  /** @param {{count: number, isAlone: boolean}} sent the number of items of the message */
  constructor({ count, isAlone }) {
    this.#count = count;
    this.#isAlone = isAlone;
  }

  /**
   * @param {any} message valid by its schema, with *items* finished items
   * @param {number} items
   * @throws {Error} when it does not continue the batch
   */
  check({ first, done, elapsedUs, position }, items) {
    checkTime(elapsedUs);
    if (first > this.finished) throw new Error("a part of the batch is missing");
    expect(first === this.finished, "another part of the batch");
    const finished = first + items;
    expect(done ? finished === this.#count : finished <= this.#count, `${items} items`);
    expect(items <= 1 || !this.#isAlone, "items that did not run yet");
    expect(position !== undefined || items > 0 || !done, "nothing");
    this.#move(position, items, finished);
    this.finished = finished;
  }

  /**
   * @param {{document: number, step: number} | undefined} position
   * @param {number} items
   * @param {number} finished
   */
  #move(position, items, finished) {
    const before = items > 0 ? -1 : this.#step;
    const step = position?.step ?? 0;
    if (position !== undefined) {
      expect(position.document === finished, "another position");
      expect(step >= before, "a step before the last one");
    }
    this.#empty = items > 0 || step > before ? 0 : this.#empty + 1;
    expect(this.#empty <= MOST_EMPTY, "no progress");
    this.#step = step;
  }
}

/**
 * @param {boolean} fits
 * @param {string} what
 */
function expect(fits, what) {
  if (!fits) throw new Error(`it has ${what}`);
}
