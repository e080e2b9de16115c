/** A batch of calls: checked here, run in the worker, sanitised on the way back. */
import { validateCall } from "../generated/validators.js";
import { drive } from "./batch.js";
import { checkInput, problemsOf } from "./inputs.js";
import { messageWithList } from "./messages.js";

/**
 * @param {import("./client.js").Inner} inner
 * @param {readonly any[]} calls
 * @param {{signal?: AbortSignal, onOutcomes?: (first: number, outcomes: any[]) => void, onProgress?: (done: number, total: number) => void}} options
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export async function renderCalls(inner, calls, { signal, onProgress }) {
  /** @type {any[]} */
  const outcomes = new Array(calls.length);
  const { texts, places } = accepted(inner.limits, calls, outcomes);
  const work = createWork(inner, calls, outcomes, texts, places);
  const report = (/** @type {number} */ done) => onProgress?.(done + calls.length - places.length, calls.length);
  await drive(inner.pool, work, { itemMs: inner.limits.itemS * 1000, signal, onProgress: report });
  for (const index of places) outcomes[index] ??= { error: { code: "cancelled", message: "cancelled before it ran" } };
  return outcomes;
}

/**
 * Refuse what breaks the schema or a limit; keep the rest as JSON text.
 * @param {import("./limits.js").Limits} limits
 * @param {readonly any[]} calls
 * @param {any[]} outcomes
 */
function accepted(limits, calls, outcomes) {
  const texts = [];
  const places = [];
  for (const [index, call] of calls.entries()) {
    const { error, text } = checkInput(call, limits, "call", () => problemsOf(validateCall, call, "call"));
    if (error) {
      outcomes[index] = { error };
    } else {
      texts.push(text);
      places.push(index);
    }
  }
  return { texts, places };
}

/**
 * @param {import("./client.js").Inner} inner
 * @param {readonly any[]} calls
 * @param {any[]} outcomes
 * @param {string[]} texts
 * @param {number[]} places
 * @returns {import("./batch.js").Work}
 */
function createWork({ pool, sanitiser, stats }, calls, outcomes, texts, places) {
  return {
    texts,
    isOneStepEach: true,
    message: (first, count, sliceMs) =>
      messageWithList("render", "calls", texts.slice(first, first + count), { sliceMs }),
    accept(message, first) {
      stats.engineUs += message.elapsedUs;
      const start = first + message.first;
      const meanUs = message.elapsedUs / Math.max(1, message.outcomes.length);
      for (const [offset, outcome] of message.outcomes.entries()) {
        const index = places[start + offset];
        outcomes[index] = sanitiser.outcome(outcome);
        stats.count(outcome.scriptId ?? pool.scriptIdOf(calls[index].macro.name), outcome.error?.code, meanUs);
      }
      return { finished: message.first + message.outcomes.length, last: message.done };
    },
    charge(item, death) {
      const { macro } = calls[places[item]];
      const place = macro.position ? { call: macro.position } : {};
      outcomes[places[item]] = { error: { ...death, macro: macro.name, ...place } };
      stats.count(pool.scriptIdOf(macro.name), death.code, 0);
      return true;
    },
    refuse(item, error) {
      outcomes[places[item]] = { error };
    },
  };
}
