/** Work that is repeated when it is requested while it runs. */

export function createCoalescer() {
  let isRequested = false;
  let isRunning = false;
  return {
    /**
     * Start the work; during a run, have it repeated once afterwards and resolve at once.
     * @param {() => Promise<void>} work the same for every request; if it fails, this rejects
     */
    async request(work) {
      isRequested = true;
      if (isRunning) return;
      isRunning = true;
      try {
        while (isRequested) {
          isRequested = false;
          await work();
        }
      } finally {
        isRunning = false;
      }
    },

    /** Drop the repetition; the present run goes on. */
    cancel() {
      isRequested = false;
    },
  };
}
