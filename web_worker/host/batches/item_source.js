/** The items of a batch as JSON texts, prepared a little ahead of the worker and never all at once. */
import { CHUNK_CHARACTERS, CHUNK_ITEMS } from "../wire/limits.js";
import { pause, TIME_SLICE_MS } from "./time_slices.js";

/** Items prepared before the first message; the others while it runs. */
const FIRST_ITEMS = 256;

/** Characters that are read whatever the clock says: a message with a part of so little text would cost more. */
const LEAST_CHARACTERS = 4096;
/** What an item counts beside its text, as one that is refused takes time, too. */
const ITEM_CHARACTERS = 64;

export class ItemSource {
  #values;
  #accept;
  #at = 0;
  #characters = 0;
  #released = 0;
  #isAhead = false;

  /** Items that are ready, as JSON; those that were released are empty. @type {string[]} */
  texts = [];
  /** Index of each of them in the batch. @type {number[]} */
  places = [];

  /**
   * @param {readonly any[]} values
   * @param {(value: any, index: number) => string | null} accept returns the text of an item; null for one that
   *   has its outcome and is not sent
   */
  constructor(values, accept) {
    this.#values = values;
    this.#accept = accept;
  }

  get #isComplete() {
    return this.#at >= this.#values.length;
  }

  /**
   * Wait until item *index* is ready; those before it are not needed again.
   * @param {number} index
   * @returns {Promise<boolean>} false when there is none
   */
  async has(index) {
    this.#release(index);
    while (this.texts.length <= index && !this.#isComplete) {
      this.#fill(index + FIRST_ITEMS);
      if (this.texts.length <= index && !this.#isComplete) await pause();
    }
    return index < this.texts.length;
  }

  /**
   * Prepare more while the worker runs, as much as one message takes.
   * @param {number} index the first item that the worker does not have yet
   */
  goOn(index) {
    if (this.#isAhead || this.#isComplete) return;
    this.#isAhead = true;
    this.#goOn(index + CHUNK_ITEMS).finally(() => {
      this.#isAhead = false;
    });
  }

  /** @param {number} index */
  #release(index) {
    for (; this.#released < index; this.#released += 1) {
      this.#characters -= this.texts[this.#released].length;
      this.texts[this.#released] = "";
    }
  }

  /**
   * How many values of the batch have their outcome when *finished* items do.
   * @param {number} finished
   */
  behind(finished) {
    if (this.#isComplete && finished === this.texts.length) return this.#values.length;
    return finished === 0 ? 0 : this.places[finished - 1] + 1;
  }

  /** @param {number} count */
  async #goOn(count) {
    this.#fill(count);
    while (this.texts.length < count && this.#characters < 2 * CHUNK_CHARACTERS && !this.#isComplete) {
      await pause();
      this.#fill(count);
    }
  }

  /** @param {number} count ends there, or when the time slice is over, or enough text is ready */
  #fill(count) {
    const end = performance.now() + TIME_SLICE_MS;
    let read = 0;
    while (this.texts.length < count && !this.#isComplete) {
      const text = this.#accept(this.#values[this.#at], this.#at);
      if (text !== null) {
        this.texts.push(text);
        this.places.push(this.#at);
        this.#characters += text.length;
      }
      this.#at += 1;
      read += ITEM_CHARACTERS + (text?.length ?? 0);
      const isOver = read >= LEAST_CHARACTERS && performance.now() >= end;
      if (isOver || this.#characters >= 2 * CHUNK_CHARACTERS) return;
    }
  }
}
