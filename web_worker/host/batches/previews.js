/** The short texts that an editor shows in place of macros. */
import { messageWithList } from "../wire/messages.js";
import { drive } from "./drive.js";
import { located, rulesForCalls } from "./item_rules.js";
import { ItemSource } from "./item_source.js";
import { checkCall } from "./render_calls.js";

/** Characters of a text, at most two for each code point that the engine admits. */
const LONGEST = 400;

/**
 * @param {{pool: import("../workers/pool.js").Pool, limits: import("../wire/limits.js").Limits}} uses
 * @param {readonly any[]} calls
 * @param {import("./per_domain.js").Options} options
 * @returns {Promise<any[]>} `{text}` or `{error}` per call, in order
 */
export async function previewCalls({ pool, limits }, calls, { signal, endsAt }) {
  const batch = new PreviewBatch(pool, limits, calls);
  const overtime = await drive(pool, batch, { limits, signal, endsAt });
  const { previews } = batch;
  for (let index = 0; index < calls.length; index += 1) {
    previews[index] ??= { error: overtime ?? { code: "cancelled", message: "cancelled before it ran" } };
  }
  return previews;
}

class PreviewBatch {
  items = /** @type {const} */ ("calls");
  request = /** @type {const} */ ("preview");
  list = /** @type {const} */ ("texts");
  /** One per call, in order. @type {any[]} */
  previews;
  #pool;
  #calls;

  /**
   * @param {import("../workers/pool.js").Pool} pool
   * @param {import("../wire/limits.js").Limits} limits
   * @param {readonly any[]} calls
   */
  constructor(pool, limits, calls) {
    this.#pool = pool;
    this.#calls = calls;
    this.previews = new Array(calls.length);
    this.rules = rulesForCalls(pool, limits.itemS * 1000, (item) => this.#macro(item));
    this.source = new ItemSource(calls, (call, index) => {
      const { error, text } = checkCall(call, limits);
      if (error) this.previews[index] = { error };
      return error ? null : text;
    });
  }

  /**
   * @param {number} first
   * @param {number} count
   * @param {number} sliceMs
   */
  message(first, count, sliceMs) {
    return messageWithList("preview", "calls", this.source.texts.slice(first, first + count), { sliceMs });
  }

  /**
   * @param {any} message
   * @param {number} first
   */
  accept(message, first) {
    for (const { text = "" } of message.texts) {
      if (text.length > LONGEST) throw new Error("it has a longer text than an editor shows");
    }
    for (const [offset, preview] of message.texts.entries()) this.#settle(first + message.first + offset, preview);
    return [].values();
  }

  /**
   * @param {string} path
   * @param {number} item
   */
  mayBlame(path, item) {
    return this.#pool.scriptIndex.macro(this.#macro(item).name)?.path === path;
  }

  /**
   * @param {number} item
   * @param {{code: string, message: string}} exit
   */
  charge(item, exit) {
    const macro = this.#macro(item);
    this.#pool.quarantine.count(this.#pool.scriptIndex.macro(macro.name), exit);
    this.#settle(item, { error: located(exit, macro) });
  }

  /**
   * @param {number} item
   * @param {any} error
   */
  refuse(item, error) {
    this.#settle(item, { error });
  }

  /**
   * @param {number} item
   * @param {any} preview
   */
  #settle(item, preview) {
    this.previews[this.source.places[item]] = preview;
  }

  /** @param {number} item */
  #macro(item) {
    return this.#calls[this.source.places[item]].macro;
  }
}
