/**
 * Rules that scripts set for the items of a batch: time limits, refusal in quarantine, running alone.
 *
 * Without short limits and losses the checks cost nothing.
 */
import { shortestMs, itemMsOf, mentions } from "../workers/script_index.js";

/**
 * @typedef {import("../workers/script_index.js").ScriptInfo} ScriptInfo
 *
 * @typedef {object} ItemRules
 * @property {(first: number, count: number) => number} togetherMs the deadline of items that run together
 * @property {(index: number, path?: string) => number} aloneMs the deadline of one that runs alone; *path* is
 *   that of the script that runs next, where it is known
 * @property {(index: number) => {error: any, script: ScriptInfo} | null} refusal the error of an item that may not run
 * @property {(index: number) => boolean} isSuspect whether it runs alone at once
 */

/**
 * @param {import("../workers/pool.js").Pool} pool
 * @param {number} mostMs
 * @param {(index: number) => any} macroOf the macro that an item calls
 * @returns {ItemRules}
 */
export function rulesForCalls({ scriptIndex, quarantine }, mostMs, macroOf) {
  const aloneMs = (/** @type {number} */ index) => itemMsOf(scriptIndex.macro(macroOf(index).name), mostMs);
  return {
    aloneMs,
    togetherMs(first, count) {
      if (!scriptIndex.hasShortLimits) return mostMs;
      let least = mostMs;
      for (let index = first; index < first + count; index += 1) least = Math.min(least, aloneMs(index));
      return least;
    },
    refusal(index) {
      if (quarantine.isEmpty) return null;
      const macro = macroOf(index);
      const refusal = quarantine.refusal(macro.name);
      return refusal && { ...refusal, error: located(refusal.error, macro) };
    },
    isSuspect: (index) => !quarantine.isEmpty && quarantine.isSuspect(macroOf(index).name),
  };
}

/**
 * @param {import("../workers/pool.js").Pool} pool
 * @param {number} mostMs
 * @param {readonly string[]} texts
 * @returns {ItemRules}
 */
export function rulesForDocuments({ scriptIndex, quarantine }, mostMs, texts) {
  return {
    aloneMs: (_index, path) => itemMsOf(scriptIndex.at(path), mostMs),
    togetherMs: (first, count) => shortestMs(scriptIndex, texts.slice(first, first + count), mostMs),
    // The engine refuses their macros one by one.
    refusal: () => null,
    isSuspect: (index) => !quarantine.isEmpty && mentions(quarantine.suspects(), texts[index]),
  };
}

/**
 * An error with the macro it is about, and the macro's place.
 * @param {any} error
 * @param {any} macro
 */
export function located(error, macro) {
  const place = macro.position ? { call: macro.position } : {};
  return { ...error, macro: macro.name, ...place };
}
