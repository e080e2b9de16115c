/**
 * Holds the page's state. A state is replaced, never mutated.
 * @import { State } from "./types.js"
 */

/**
 * @typedef {object} Store
 * @property {() => State} get
 * @property {(patch: Partial<State> | ((state: State) => Partial<State>)) => void} set
 * @property {(listener: () => void) => () => void} subscribe
 *
 * @param {State} initial
 * @returns {Store}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...(typeof patch === "function" ? patch(state) : patch) };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
