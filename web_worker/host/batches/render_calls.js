/** A batch of calls: checked here, run in the worker, sanitised before they are handed out. */
import { validateCall } from "../../generated/validators.js";
import { checkSize } from "../checks/values.js";
import { drive } from "./drive.js";
import { htmlWarning } from "../html/warnings.js";
import { checkInput, problemsOf, written } from "../wire/inputs.js";
import { located, rulesForCalls } from "./item_rules.js";
import { withinHost } from "../wire/limits.js";
import { messageWithList } from "../wire/messages.js";
import { isPlainCall, PLAIN_DEPTH } from "../wire/quick_checks.js";
import { sharedBy, withoutShared } from "./sharing.js";
import { ItemSource } from "./item_source.js";

/**
 * @typedef {object} Uses
 * @property {import("../workers/pool.js").Pool} pool
 * @property {import("../wire/limits.js").Limits} limits
 * @property {Pick<import("../html/sanitise.js").Sanitiser, "outcome">} sanitiser
 * @property {import("../workers/stats.js").Stats} stats
 *
 * @param {Uses} uses
 * @param {readonly any[]} calls
 * @param {import("./per_domain.js").Options} options
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export async function renderCalls(uses, calls, { limits: own, signal, onProgress, shared: given, endsAt }) {
  const limits = withinHost(uses.limits, own);
  const batch = new CallBatch({ ...uses, limits }, calls, { shared: given, onProgress });
  const overtime = await drive(uses.pool, batch, { limits, signal, endsAt });
  const { outcomes } = batch;
  for (let index = 0; index < calls.length; index += 1) {
    outcomes[index] ??= { error: overtime ?? { code: "cancelled", message: "cancelled before it ran" } };
    uses.stats.tally(outcomes[index].error?.code);
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

class CallBatch {
  items = /** @type {const} */ ("calls");
  request = /** @type {const} */ ("render");
  list = /** @type {const} */ ("outcomes");
  /** One per call, in order. @type {any[]} */
  outcomes;
  #uses;
  #calls;
  #shared;
  #onProgress;

  /**
   * @param {Uses} uses with the limits of this batch
   * @param {readonly any[]} calls
   * @param {{shared?: Record<string, object>, onProgress?: (done: number, total: number) => void}} options
   */
  constructor(uses, calls, { shared, onProgress }) {
    const { pool, limits } = uses;
    this.#uses = uses;
    this.#calls = calls;
    this.#onProgress = onProgress;
    this.outcomes = new Array(calls.length);
    this.#shared = shared ?? sendable(sharedBy(calls), calls, limits);
    this.source = new ItemSource(calls, createReader(limits, shared ? {} : this.#shared, this.outcomes));
    this.rules = rulesForCalls(pool, limits.itemS * 1000, (item) => this.#macro(item));
  }

  /**
   * @param {number} first
   * @param {number} count
   * @param {number} sliceMs
   */
  message(first, count, sliceMs) {
    const common = Object.keys(this.#shared).length > 0 ? { shared: this.#shared } : {};
    return messageWithList("render", "calls", this.source.texts.slice(first, first + count), { ...common, sliceMs });
  }

  /**
   * @param {any} message
   * @param {number} first
   */
  accept(message, first) {
    for (const [offset, outcome] of message.outcomes.entries()) {
      checkSize(outcome, this.#uses.limits);
      this.#checkScript(outcome, first + message.first + offset);
    }
    this.#uses.stats.engineUs += message.elapsedUs;
    return this.#finish(message, first + message.first);
  }

  /**
   * @param {string} path
   * @param {number} item
   */
  mayBlame(path, item) {
    return this.#uses.pool.scriptIndex.macro(this.#macro(item).name)?.path === path;
  }

  /**
   * @param {number} item
   * @param {{code: string, message: string}} exit
   */
  charge(item, exit) {
    const { scriptIndex, quarantine } = this.#uses.pool;
    const macro = this.#macro(item);
    const script = scriptIndex.macro(macro.name);
    quarantine.count(script, exit);
    this.refuse(item, located(exit, macro), script);
  }

  /**
   * @param {number} item
   * @param {any} error
   * @param {import("../workers/script_index.js").ScriptInfo} [script]
   */
  refuse(item, error, script) {
    this.outcomes[this.source.places[item]] = script ? { error, scriptId: script.id } : { error };
    this.#uses.stats.count(script?.id ?? this.#macro(item).name, error.code, 0);
  }

  /**
   * @param {any} outcome
   * @param {number} item
   * @throws {Error} when it is that of another script than the call's
   */
  #checkScript({ scriptId }, item) {
    const script = scriptId && this.#uses.pool.scriptIndex.macro(this.#macro(item).name);
    if (script && script.id !== scriptId) throw new Error("it has the outcome of another script");
  }

  /** @param {number} item */
  #macro(item) {
    return this.#calls[this.source.places[item]].macro;
  }

  /**
   * @param {any} message
   * @param {number} start
   */
  *#finish({ outcomes: finished, elapsedUs }, start) {
    const { pool, sanitiser, stats } = this.#uses;
    const meanUs = elapsedUs / Math.max(1, finished.length);
    for (const [offset, outcome] of finished.entries()) {
      const index = this.source.places[start + offset];
      const { macro } = this.#calls[index];
      for (const notice of sanitiser.outcome(outcome)) addWarning(outcome, notice, macro);
      this.outcomes[index] = outcome;
      stats.count(outcome.scriptId ?? pool.scriptIdOf(macro.name), outcome.error?.code, meanUs);
      yield;
    }
    this.#onProgress?.(this.source.behind(start + finished.length), this.#calls.length);
  }
}

/**
 * @param {any} outcome
 * @param {import("../html/sanitise.js").Notice} notice
 * @param {any} macro
 */
function addWarning(outcome, notice, { name, position }) {
  outcome.warnings = [...(outcome.warnings ?? []), htmlWarning(notice, name, position)];
}
