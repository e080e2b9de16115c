/** Values for some steps of documents: outcomes that are known, or errors that were charged. */

/** @typedef {Record<string, any>} Steps a value for some steps of a document, by the step's number */

export class StepStore {
  /** By the document's index. @type {Map<number, Steps>} */
  #kept;

  /** @param {Iterable<readonly [number, Steps]>} [kept] */
  constructor(kept) {
    this.#kept = new Map(kept);
  }

  /**
   * @param {number} place the document's index
   * @param {number} step
   */
  has(place, step) {
    return step in (this.#kept.get(place) ?? {});
  }

  /**
   * @param {number} place the document's index
   * @param {number} step
   * @param {any} value
   */
  set(place, step, value) {
    this.#kept.set(place, { ...this.#kept.get(place), [step]: value });
  }

  /**
   * The values for some documents, by their place in a message that has just them.
   * @param {readonly number[]} places
   * @returns {Record<string, Steps>}
   */
  byPlace(places) {
    if (this.#kept.size === 0) return {};
    const sent = places.map((place, offset) => [offset, this.#kept.get(place)]);
    return Object.fromEntries(sent.filter(([, steps]) => steps !== undefined));
  }

  /**
   * Characters that the outcomes of a document's steps add to a message, about.
   * @param {number} place the document's index
   */
  weight(place) {
    const length = (/** @type {any} */ result) => (result?.html ?? result?.markdown ?? result?.text ?? "").length;
    return Object.values(this.#kept.get(place) ?? {}).reduce((sum, { result }) => sum + 100 + length(result), 0);
  }
}
