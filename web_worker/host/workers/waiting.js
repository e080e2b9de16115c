/** Waiting that can be ended. */

/**
 * @param {number} ms
 * @param {AbortSignal} signal ends it at once
 * @returns {Promise<void>} never rejects
 */
export function wait(ms, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
  });
}
