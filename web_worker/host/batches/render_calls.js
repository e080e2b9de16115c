/** A batch of calls: checked here, run in the worker, sanitised on the way back. */
import { validateCall } from "../../generated/validators.js";
import { drive } from "./batch.js";
import { frameWarning } from "../html/frame_hosts.js";
import { checkInput, problemsOf, written } from "../wire/inputs.js";
import { located, rulesForCalls } from "./item_rules.js";
import { withinHost } from "../wire/limits.js";
import { messageWithList } from "../wire/messages.js";
import { isPlainCall, PLAIN_DEPTH } from "../wire/quick_checks.js";
import { sharedBy, withoutShared } from "./sharing.js";
import { ItemSource } from "./item_source.js";

/**
 * @param {import("../client.js").Inner} inner
 * @param {readonly any[]} calls
 * @param {import("./per_domain.js").Options} options
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export async function renderCalls(inner, calls, { limits: own, signal, onProgress, shared: given, endsAt }) {
  const limits = withinHost(inner.limits, own);
  /** @type {any[]} */
  const outcomes = new Array(calls.length);
  const shared = given ?? sendable(sharedBy(calls), calls, limits);
  const supply = new ItemSource(calls, createReader(limits, given ? {} : shared, outcomes));
  const batch = { calls, outcomes, supply, shared, onProgress };
  const overtime = await drive(inner.pool, createWork(inner, limits, batch), { limits, signal, endsAt });
  for (let index = 0; index < calls.length; index += 1) {
    outcomes[index] ??= { error: overtime ?? { code: "cancelled", message: "cancelled before it ran" } };
    inner.stats.tally(outcomes[index].error?.code);
  }
  return outcomes;
}

/**
 * What calls have in common goes ahead of them only where nothing is wrong with it; else each call is told.
 * @param {Record<string, object>} shared
 * @param {readonly any[]} calls
 * @param {import("../wire/limits.js").Limits} limits
 */
function sendable(shared, [first], limits) {
  if (Object.keys(shared).length === 0) return shared;
  return checkCall(first, limits).error ? {} : shared;
}

/**
 * @param {any} call
 * @param {import("../wire/limits.js").Limits} limits
 * @param {number} [extra] characters that are sent ahead of it
 */
export function checkCall(call, limits, extra = 0) {
  if (limits.inputDepth >= PLAIN_DEPTH && isPlainCall(call)) return written(call, limits, "call", extra);
  return checkInput(call, limits, "call", () => problemsOf(validateCall, call, "call"), extra);
}

/**
 * Gives a call's text; one that breaks the schema or a limit gets its outcome at once.
 * @param {import("../wire/limits.js").Limits} limits
 * @param {Record<string, object>} shared
 * @param {any[]} outcomes
 */
function createReader(limits, shared, outcomes) {
  const isShared = Object.keys(shared).length > 0;
  const extra = isShared ? JSON.stringify(shared).length : 0;
  return (/** @type {any} */ call, /** @type {number} */ index) => {
    const { error, text } = checkCall(isShared ? withoutShared(call, shared) : call, limits, extra);
    if (error) outcomes[index] = { error };
    return error ? null : text;
  };
}

/**
 * @param {import("../client.js").Inner} inner
 * @param {import("../wire/limits.js").Limits} limits
 * @param {{calls: readonly any[], outcomes: any[], supply: ItemSource, shared: Record<string, object>, onProgress?: (done: number, total: number) => void}} batch
 * @returns {import("./batch.js").Work}
 */
function createWork({ pool, sanitiser, stats }, limits, { calls, outcomes, supply, shared, onProgress }) {
  const { texts, places } = supply;
  const common = Object.keys(shared).length > 0 ? { shared } : {};
  return {
    rules: rulesForCalls(pool, limits.itemS * 1000, (item) => calls[places[item]].macro),
    supply,
    isOneStepEach: true,
    message: (first, count, sliceMs) =>
      messageWithList("render", "calls", texts.slice(first, first + count), { ...common, sliceMs }),
    accept(message, first) {
      stats.engineUs += message.elapsedUs;
      const rest = finish(message, first + message.first);
      return { finished: message.first + message.outcomes.length, last: message.done, rest };
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

  /**
   * @param {any} message
   * @param {number} start
   */
  function* finish({ outcomes: finished, elapsedUs }, start) {
    const meanUs = elapsedUs / Math.max(1, finished.length);
    for (const [offset, outcome] of finished.entries()) {
      const index = places[start + offset];
      const refused = sanitiser.outcome(outcome);
      if (refused !== undefined) addWarning(outcome, refused, calls[index].macro);
      outcomes[index] = outcome;
      stats.count(outcome.scriptId ?? pool.scriptIdOf(calls[index].macro.name), outcome.error?.code, meanUs);
      yield;
    }
    onProgress?.(supply.behind(start + finished.length), calls.length);
  }
}

/**
 * @param {any} outcome
 * @param {string} refused
 * @param {any} macro
 */
function addWarning(outcome, refused, { name, position }) {
  outcome.warnings = [...(outcome.warnings ?? []), frameWarning(refused, name, position)];
}
