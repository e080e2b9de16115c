/**
 * What the items of a batch are owed by their scripts: time, refusal, a worker to themselves.
 *
 * Scripts that ask for nothing and have done nothing cost nothing here.
 */
import { shortestMs, itemMsOf, mentions } from "../workers/script_index.js";

/**
 * @typedef {import("../workers/script_index.js").ScriptInfo} ScriptInfo
 *
 * @typedef {object} ItemRules
 * @property {(first: number, count: number) => number} togetherMs the deadline of items that run together
 * @property {(index: number, path?: string) => number} aloneMs of one that runs alone, by the path of the
 *   script that is next in it where that is known
 * @property {(index: number) => {error: any, script: ScriptInfo} | null} refusal why an item may not run
 * @property {(index: number) => boolean} isSuspect whether it runs alone at once
 */

/**
 * @param {import("../workers/pool.js").Pool} pool
 * @param {number} mostMs
 * @param {(index: number) => any} macroOf the macro that an item calls
 * @returns {ItemRules}
 */
export function rulesForCalls({ library, quarantine }, mostMs, macroOf) {
  const aloneMs = (/** @type {number} */ index) => itemMsOf(library.find(macroOf(index).name), mostMs);
  return {
    aloneMs,
    togetherMs(first, count) {
      if (!library.hasShortLimits) return mostMs;
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
export function rulesForDocuments({ library, quarantine }, mostMs, texts) {
  return {
    aloneMs: (_index, path) => itemMsOf(library.at(path), mostMs),
    togetherMs: (first, count) => shortestMs(library, texts.slice(first, first + count), mostMs),
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
