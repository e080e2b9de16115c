/** Work that must not overlap. */

/**
 * @typedef {object} Queue
 * @property {<T>(work: () => Promise<T>) => Promise<T>} add begins it at once where nothing else is at work, else after
 *   what was added before, however that ended
 * @property {() => Promise<void>} idle waits until nothing of what was added by now is left; never rejects
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
