/** A queue for work that must not overlap. */

/**
 * @typedef {object} Queue
 * @property {<T>(work: () => Promise<T>) => Promise<T>} add starts *work* at once if the queue is empty, otherwise after
 *   the work added before it, whether that fails or not
 * @property {() => Promise<void>} idle waits for everything added so far; never rejects
 *
 * @returns {Queue}
 */
export function createQueue() {
  /** @type {Promise<unknown> | null} */
  let last = null;
  return {
    add(work) {
      const mine = last === null ? work() : last.then(() => work());
      const settled = mine.then(
        () => {},
        () => {},
      );
      last = settled;
      void settled.then(() => {
        if (last === settled) last = null;
      });
      return mine;
    },
    async idle() {
      await last;
    },
  };
}
