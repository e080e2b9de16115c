/**
 * Stops the script that runs.
 * @import { Renderer } from "./rendering/renderer.js"
 */

/** @param {Pick<Renderer, "current">} renderer */
export function createRunControl(renderer) {
  /** @type {AbortController | null} */
  let running = null;
  /** The rendering in progress when the run was started: the run waits for it. @type {AbortController | null} */
  let ahead = null;
  return {
    /** @returns {AbortSignal} of the new run */
    start() {
      running = new AbortController();
      ahead = renderer.current();
      return running.signal;
    },

    /** Stop the run and terminate its worker; a rendering that the run waits for stops too. */
    stop() {
      running?.abort();
      ahead?.abort();
    },
  };
}

/** @typedef {ReturnType<typeof createRunControl>} RunControl */
