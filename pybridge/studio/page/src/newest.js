/** Requests that replace each other. */

/**
 * Drop responses that arrive after the response to a later request.
 * @returns {<T>(ask: () => Promise<T>, take: (answer: T) => void) => Promise<void>} rejects if the request does
 */
export function createNewest() {
  let asked = 0;
  let taken = 0;
  return async (ask, take) => {
    asked += 1;
    const mine = asked;
    const answer = await ask();
    if (mine < taken) return;
    taken = mine;
    take(answer);
  };
}

/**
 * Count events, to find out later whether another one has happened.
 * @typedef {object} Latest
 * @property {() => () => boolean} begin records an event; the result tells whether it is still the latest
 * @property {() => () => boolean} watch records none; the result tells whether none has happened since
 *
 * @returns {Latest}
 */
export function createLatest() {
  let count = 0;
  const watch = () => {
    const before = count;
    return () => count === before;
  };
  return {
    begin() {
      count += 1;
      return watch();
    },
    watch,
  };
}
