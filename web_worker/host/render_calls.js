/** A batch of calls: checked here, run in the worker, sanitised on the way back. */
import { validateCall } from "../generated/validators.js";
import { drive } from "./batch.js";
import { checkInput, problemsOf } from "./inputs.js";
import { located, rulesForCalls } from "./item_rules.js";
import { withinHost } from "./limits.js";
import { messageWithList } from "./messages.js";

/**
 * @param {import("./client.js").Inner} inner
 * @param {readonly any[]} calls
 * @param {{limits?: Partial<import("./limits.js").Limits>, signal?: AbortSignal, onOutcomes?: (first: number, outcomes: any[]) => void, onProgress?: (done: number, total: number) => void}} options
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export async function renderCalls(inner, calls, { limits: own, signal, onProgress }) {
  const limits = withinHost(inner.limits, own);
  /** @type {any[]} */
  const outcomes = new Array(calls.length);
  const { texts, places } = accepted(limits, calls, outcomes);
  const work = createWork(inner, limits, calls, outcomes, texts, places);
  const report = (/** @type {number} */ done) => onProgress?.(done + calls.length - places.length, calls.length);
  await drive(inner.pool, work, { limits, signal, onProgress: report });
  for (const index of places) outcomes[index] ??= { error: { code: "cancelled", message: "cancelled before it ran" } };
  for (const { error } of outcomes) inner.stats.tally(error?.code);
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
 * @param {import("./limits.js").Limits} limits
 * @param {readonly any[]} calls
 * @param {any[]} outcomes
 * @param {string[]} texts
 * @param {number[]} places
 * @returns {import("./batch.js").Work}
 */
function createWork({ pool, sanitiser, stats }, limits, calls, outcomes, texts, places) {
  return {
    rules: rulesForCalls(pool, limits.itemS * 1000, (item) => calls[places[item]].macro),
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
      const script = pool.library.find(macro.name);
      pool.quarantine.count(script, death);
      this.refuse(item, located(death, macro), script);
      return true;
    },
    refuse(item, error, script) {
      outcomes[places[item]] = script ? { error, scriptId: script.id } : { error };
      stats.count(script?.id ?? calls[places[item]].macro.name, error.code, 0);
    },
  };
}
