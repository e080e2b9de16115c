/** Answers that replace each other. */

/**
 * Keep the order of the questions: an answer that comes after that to a later question is dropped.
 * @returns {<T>(ask: () => Promise<T>, take: (answer: T) => void) => Promise<void>} rejects as its question does
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
