/** Workers that are prepared in the background, to replace one that is lost. */

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {{link: WorkerLink | null, isReady: boolean, prepared: Promise<void>}} Spare
 */

export class Spares {
  #count;
  #prepare;
  /** @type {Spare[]} */
  #spares = [];

  /**
   * @param {number} count how many are kept
   * @param {(onSpawned: (link: WorkerLink) => void) => Promise<boolean>} prepare starts one and loads
   *   its scripts; resolves with whether it is ready
   */
  constructor(count, prepare) {
    this.#count = count;
    this.#prepare = prepare;
  }

  /** How many can take over at once. */
  get ready() {
    return this.#spares.filter(({ link, isReady }) => isReady && !link?.hasExited).length;
  }

  /** Start those that are missing. */
  replenish() {
    this.#spares = this.#spares.filter(({ link }) => !link?.hasExited);
    while (this.#spares.length < this.#count) this.#spares.push(this.#begin());
  }

  /**
   * The next one that works, after waiting for it where needed; null when there is none.
   * @returns {Promise<WorkerLink | null>}
   */
  async take() {
    for (let spare = this.#spares.shift(); spare; spare = this.#spares.shift()) {
      await spare.prepared;
      if (spare.link && spare.isReady && !spare.link.hasExited) return spare.link;
    }
    return null;
  }

  clear() {
    this.#spares = [];
  }

  /** @returns {Spare} */
  #begin() {
    /** @type {Spare} */
    const spare = { link: null, isReady: false, prepared: Promise.resolve() };
    const onSpawned = (/** @type {WorkerLink} */ link) => {
      spare.link = link;
    };
    spare.prepared = this.#prepare(onSpawned).then(
      (isReady) => {
        spare.isReady = isReady;
      },
      () => {
        this.#spares = this.#spares.filter((each) => each !== spare);
      },
    );
    return spare;
  }
}
