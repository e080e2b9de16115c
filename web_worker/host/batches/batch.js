/** What a batch is to the loop that drives it, and how much of it goes into one message. */
import { CHUNK_CHARACTERS, CHUNK_ITEMS } from "../wire/limits.js";

/**
 * @typedef {import("../workers/worker_link.js").WorkerExit} WorkerExit
 *
 * @typedef {object} Batch
 * @property {"calls" | "documents"} items
 * @property {"render" | "documents" | "preview"} request the kind of its messages
 * @property {"outcomes" | "documents" | "texts"} list the member of a reply that has a value for each finished item
 * @property {import("./item_source.js").ItemSource} source the items as JSON, sent as they are
 * @property {import("./item_rules.js").ItemRules} rules
 * @property {(first: number, count: number, sliceMs: number) => (id: number) => string} message composes
 *   the message for *count* items from *first*
 * @property {(message: any, first: number) => Iterator<unknown>} accept takes a reply that continues the batch; returns
 *   what there is to do with it, in steps. Throws where it is not the answer to its items
 * @property {(path: string, item: number) => boolean} mayBlame whether the script at *path* can run in an item
 * @property {(item: number) => boolean} [wasCharged] whether the step that is running was charged before
 * @property {(item: number, exit: WorkerExit) => void} charge gives a loss to what ran alone in an item
 * @property {(item: number, exit: WorkerExit) => void} [fail] gives a loss to the whole item
 * @property {(item: number, error: any, script?: any) => void} refuse settles an item that does not run
 * @property {(item: number) => number} [weight] characters that an item adds to its message beside its own
 * @property {() => string | undefined} [nextPath] path of the script that runs next, where that is known
 */

/**
 * How many items from *first* go into one message; at least one. An item that has to run alone begins another.
 * @param {Batch} batch
 * @param {number} first
 */
export function messageLength(batch, first) {
  const { texts } = batch.source;
  let count = 0;
  let characters = 0;
  while (first + count < texts.length && count < CHUNK_ITEMS) {
    characters += texts[first + count].length + (batch.weight?.(first + count) ?? 0);
    if (count > 0 && (characters > CHUNK_CHARACTERS || runsAlone(batch.rules, first + count))) break;
    count += 1;
  }
  return count;
}

/**
 * @param {import("./item_rules.js").ItemRules} rules
 * @param {number} item
 */
function runsAlone(rules, item) {
  return rules.isSuspect(item) || rules.refusal(item) !== null;
}

/**
 * @param {Batch} batch
 * @param {number} first
 * @param {number} count
 */
export function charactersOf({ source: { texts } }, first, count) {
  return texts.slice(first, first + count).reduce((sum, text) => sum + text.length, 0);
}
