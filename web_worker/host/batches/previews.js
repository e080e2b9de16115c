/** The short texts that an editor shows in place of macros. */
import { drive } from "./batch.js";
import { located, rulesForCalls } from "./item_rules.js";
import { messageWithList } from "../wire/messages.js";
import { checkCall } from "./render_calls.js";
import { ItemSource } from "./item_source.js";

/**
 * @param {import("../client.js").Inner} inner
 * @param {readonly any[]} calls
 * @param {import("./per_domain.js").Options} options
 * @returns {Promise<any[]>} `{text}` or `{error}` per call, in order
 */
export async function previewCalls({ pool, limits }, calls, { signal, endsAt }) {
  /** @type {any[]} */
  const previews = new Array(calls.length);
  const supply = new ItemSource(calls, (call, index) => {
    const { error, text } = checkCall(call, limits);
    if (error) previews[index] = { error };
    return error ? null : text;
  });
  const { texts, places } = supply;
  const overtime = await drive(
    pool,
    {
      supply,
      isOneStepEach: true,
      rules: rulesForCalls(pool, limits.itemS * 1000, (item) => calls[places[item]].macro),
      message: (first, count, sliceMs) =>
        messageWithList("preview", "calls", texts.slice(first, first + count), { sliceMs }),
      accept(message, first) {
        for (const [offset, preview] of message.texts.entries()) {
          previews[places[first + message.first + offset]] = preview;
        }
        return { finished: message.first + message.texts.length, last: message.done, rest: [].values() };
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
    { limits, signal, endsAt },
  );
  for (let index = 0; index < calls.length; index += 1) {
    previews[index] ??= { error: overtime ?? { code: "cancelled", message: "cancelled before it ran" } };
  }
  return previews;
}
