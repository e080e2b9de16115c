/** The short texts that an editor shows in place of macros. */
import { validateCall } from "../generated/validators.js";
import { drive } from "./batch.js";
import { checkInput, problemsOf } from "./inputs.js";
import { located, rulesForCalls } from "./item_rules.js";
import { messageWithList } from "./messages.js";

/**
 * @param {import("./client.js").Inner} inner
 * @param {readonly any[]} calls
 * @param {{signal?: AbortSignal}} options
 * @returns {Promise<any[]>} `{text}` or `{error}` per call, in order
 */
export async function previewCalls({ pool, limits }, calls, { signal }) {
  /** @type {any[]} */
  const previews = new Array(calls.length);
  /** @type {string[]} */
  const texts = [];
  /** @type {number[]} */
  const places = [];
  for (const [index, call] of calls.entries()) {
    const { error, text } = checkInput(call, limits, "call", () => problemsOf(validateCall, call, "call"));
    if (error) previews[index] = { error };
    else places[texts.push(text) - 1] = index;
  }
  await drive(
    pool,
    {
      texts,
      isOneStepEach: true,
      rules: rulesForCalls(pool, limits.itemS * 1000, (item) => calls[places[item]].macro),
      message: (first, count, sliceMs) =>
        messageWithList("preview", "calls", texts.slice(first, first + count), { sliceMs }),
      accept(message, first) {
        for (const [offset, preview] of message.texts.entries()) {
          previews[places[first + message.first + offset]] = preview;
        }
        return { finished: message.first + message.texts.length, last: message.done };
      },
      charge(item, death) {
        const { macro } = calls[places[item]];
        pool.quarantine.count(pool.library.find(macro.name), death);
        previews[places[item]] = { error: located(death, macro) };
        return true;
      },
      refuse(item, error) {
        previews[places[item]] = { error };
      },
    },
    { limits, signal },
  );
  for (const index of places) previews[index] ??= { error: { code: "cancelled", message: "cancelled before it ran" } };
  return previews;
}
