/**
 * Drives a batch through workers until every item has its outcome.
 *
 * The rule of failure: when a worker dies, the items it left open run one by one in the next; only an
 * item that was running alone is charged with the death. The innocent are run again as often as it takes.
 */
import { CHUNK_CHARACTERS, CHUNK_ITEMS, SLICE_MS } from "./limits.js";

/**
 * @typedef {import("./worker_link.js").Death} Death
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 *
 * @typedef {object} Work
 * @property {string[]} texts the items as JSON, sent as they are
 * @property {(first: number, count: number, sliceMs: number) => (id: number) => string} message composes
 *   the message for *count* items from *first*
 * @property {(message: any, first: number) => {finished: number, last: boolean}} accept takes a reply
 * @property {(index: number, death: Death) => boolean} charge settles the item that was running alone;
 *   returns whether it is finished by that
 * @property {(index: number, error: any) => void} refuse settles an item the engine would not take
 * @property {boolean} isOneStepEach whether an item is one macro, so that the last one open was alone
 *
 * @typedef {object} Terms
 * @property {number} itemMs
 * @property {AbortSignal} [signal]
 * @property {(done: number) => void} [onProgress]
 *
 * @param {import("./pool.js").Pool} pool
 * @param {Work} work
 * @param {Terms} terms
 */
export async function drive(pool, work, { itemMs, signal, onProgress }) {
  let next = 0;
  /** @type {boolean} */
  let isAlone = false;
  let atMost = Number.POSITIVE_INFINITY;
  while (next < work.texts.length && !signal?.aborted) {
    const link = await pool.take();
    const first = next;
    const count = Math.min(atMost, chunkLength(work.texts, first));
    const end = await exchangeChunk(link, work, { first, count, itemMs, signal, isAlone }, (finished) => {
      next = first + finished;
      onProgress?.(next);
    });
    atMost = Number.POSITIVE_INFINITY;
    if ("refused" in end) {
      // The engine refuses a message as a whole: find the item by sending one at a time.
      if (count === 1) work.refuse(next++, end.refused);
      else atMost = 1;
    } else if ("done" in end) {
      isAlone = false;
    } else {
      pool.retire(link, end.death);
      if (signal?.aborted || end.death.code === "cancelled") return;
      /** @type {boolean} */
      const wasAlone = isAlone || (work.isOneStepEach && first + count - next === 1);
      if (wasAlone && work.charge(next, end.death)) next += 1;
      isAlone = !wasAlone;
    }
  }
}

/**
 * @param {WorkerLink} link
 * @param {Work} work
 * @param {{first: number, count: number, itemMs: number, signal?: AbortSignal, isAlone: boolean}} chunk
 * @param {(finished: number) => void} onFinished
 */
async function exchangeChunk(link, work, { first, count, itemMs, signal, isAlone }, onFinished) {
  const sliceMs = isAlone ? 0 : SLICE_MS;
  /** @type {any} */
  let refused = null;
  const cancel = () => link.cancel(itemMs);
  signal?.addEventListener("abort", cancel);
  try {
    const end = await link.exchange(work.message(first, count, sliceMs), {
      // A slice may begin its last item just before its time is up, and that item has its own time.
      // Reading and reporting the text of a large document takes time that no macro is to blame for.
      deadlineMs:
        itemMs + sliceMs + (work.isOneStepEach ? 0 : charactersOf(work.texts, first, count) / CHARACTERS_PER_MS),
      limitMs: itemMs,
      renews: true,
      doing: "the macro",
      onMessage: (message) => {
        if (message.kind === "cancelled") return true;
        if (message.kind === "refused") {
          refused = message.error;
          return true;
        }
        const { finished, last } = work.accept(message, first);
        onFinished(finished);
        return last;
      },
    });
    return refused === null ? end : { refused };
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

/** What the engine reads at least, on a slow machine. */
const CHARACTERS_PER_MS = 500;

/**
 * @param {string[]} texts
 * @param {number} first
 * @param {number} count
 */
function charactersOf(texts, first, count) {
  return texts.slice(first, first + count).reduce((sum, text) => sum + text.length, 0);
}

/**
 * How many items from *first* fit into one message; at least one.
 * @param {string[]} texts
 * @param {number} first
 */
function chunkLength(texts, first) {
  let count = 0;
  let characters = 0;
  while (first + count < texts.length && count < CHUNK_ITEMS) {
    characters += texts[first + count].length;
    if (count > 0 && characters > CHUNK_CHARACTERS) break;
    count += 1;
  }
  return count;
}
