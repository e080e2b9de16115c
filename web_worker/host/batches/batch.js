/**
 * Drives a batch through workers until every item has its outcome.
 *
 * The rule of failure: when a worker dies, the items it left open run one by one in the next; only an
 * item that was running alone is charged with the death. The innocent are run again as often as it takes.
 * Where nothing shows that an item is to blame at all – the whole sandbox is gone – they just go on, and
 * only an item at which that happens again and again is looked at alone.
 *
 * A worker in which a script changed what others rely on is given up too, without a charge: what ran alone
 * in it holds, what ran together runs again one by one.
 */
import { giveUp } from "./contamination.js";
import { CHUNK_CHARACTERS, CHUNK_ITEMS, SLICE_MS } from "../wire/limits.js";
import { TimeSlices } from "./time_slices.js";

/** RestartLog at one and the same item that nobody saw it cause, before it is taken for the cause. */
const MOST_UNSEEN = 3;

/** What the engine reports that is no good any more, and what that is to the item it ran. */
const BROKEN = new Map([
  ["memory", "memory"],
  ["internal", "crash"],
]);

/**
 * @typedef {{code: string, message: string, hint: string}} Overtime why a batch ended before its items did
 *
 * @typedef {import("../workers/worker_link.js").WorkerExit} WorkerExit
 * @typedef {import("../workers/worker_link.js").WorkerLink} WorkerLink
 *
 * @typedef {object} Work
 * @property {import("./item_source.js").ItemSource} supply the items as JSON, sent as they are
 * @property {(first: number, count: number, sliceMs: number) => (id: number) => string} message composes
 *   the message for *count* items from *first*
 * @property {(message: any, first: number) => {finished: number, last: boolean, rest: Iterator<unknown>}} accept
 *   takes a reply; *rest* is what there is to do with it, in steps
 * @property {(index: number, death: WorkerExit) => boolean} charge settles the item that was running alone;
 *   returns whether it is finished by that
 * @property {(index: number, error: any, script?: any) => void} refuse settles an item that is not run
 * @property {boolean} isOneStepEach whether an item is one macro, so that the last one open was alone
 * @property {import("./item_rules.js").ItemRules} rules
 * @property {(index: number) => number} [weight] characters that an item adds to its message beside its own
 * @property {() => string | undefined} [nextPath] path of the script that is next, where that is known
 *
 * @typedef {object} Terms
 * @property {import("../wire/limits.js").Limits} limits
 * @property {AbortSignal} [signal]
 * @property {number} [endsAt] by `performance.now`, where it is part of a batch that began before
 *
 * @param {import("../workers/pool.js").Pool} pool
 * @param {Work} work
 * @param {Terms} terms
 * @returns {Promise<Overtime | null>} what is to be said of items that have no outcome; null where somebody
 *   cancelled them, or all have one
 */
export async function drive(pool, work, { limits, signal, endsAt = endOf(limits) }) {
  const turns = new TimeSlices();
  const isOver = () => performance.now() >= endsAt;
  try {
    await driveAll(pool, work, turns, { limits, signal, isOver });
  } finally {
    await turns.done();
  }
  if (signal?.aborted || !isOver()) return null;
  const message = `not reached: its batch took longer than ${limits.batchS} s`;
  return { code: "timeout", message, hint: "split the batch, or raise the limit batchS" };
}

/**
 * @param {import("../workers/pool.js").Pool} pool
 * @param {Work} work
 * @param {TimeSlices} turns what is left to do with replies
 * @param {Terms & {isOver: () => boolean}} terms
 */
async function driveAll(pool, work, turns, { limits, signal, isOver }) {
  const { rules, supply } = work;
  let next = 0;
  let unseen = 0;
  /** @type {boolean} */
  let isAlone = false;
  let atMost = Number.POSITIVE_INFINITY;
  while (!signal?.aborted && !isOver() && (await supply.has(next))) {
    const refusal = rules.refusal(next);
    if (refusal) {
      work.refuse(next++, refusal.error, refusal.script);
      continue;
    }
    const link = await pool.take(limits);
    const first = next;
    const isSuspect = rules.isSuspect(first);
    const count = Math.min(atMost, isSuspect ? 1 : chunkLength(work, first));
    isAlone ||= isSuspect;
    const exchange = exchangeChunk(link, work, { first, count, signal, isOver, isAlone }, (finished, rest) => {
      next = first + finished;
      turns.add(rest);
      unseen = 0;
      pool.worked();
    });
    supply.goOn(first + count);
    const end = await exchange;
    await turns.room();
    atMost = Number.POSITIVE_INFINITY;
    if ("refused" in end) {
      // The engine refuses a message as a whole: find the item by sending one at a time.
      if (count === 1) work.refuse(next++, end.refused);
      else atMost = 1;
    } else if ("contaminated" in end) {
      giveUp(pool, link, end.contaminated);
      isAlone = end.contaminated.script === undefined;
    } else if ("done" in end) {
      isAlone = false;
    } else {
      /** @type {boolean} */
      const wasAlone = isAlone || (work.isOneStepEach && first + count - next === 1);
      const death = wasAlone ? await pool.verdict(end.death) : end.death;
      pool.retire(link, death);
      if (signal?.aborted || death.code === "cancelled") return;
      if (death.isUnseen && ++unseen < MOST_UNSEEN) continue;
      if (wasAlone && work.charge(next, { code: death.code, message: death.message })) next += 1;
      // A macro that ends workers is often used twice in a document: the rest of it stays alone.
      isAlone = !wasAlone || !work.isOneStepEach;
      if (wasAlone && !work.isOneStepEach) atMost = 1;
    }
  }
}

/**
 * @param {WorkerLink} link
 * @param {Work} work
 * @param {{first: number, count: number, signal?: AbortSignal, isOver: () => boolean, isAlone: boolean}} chunk
 * @param {(finished: number, rest: Iterator<unknown>) => void} onFinished
 * @returns {Promise<{done: true} | {death: WorkerExit} | {refused: any} | {contaminated: import("./contamination.js").Contaminated}>}
 */
async function exchangeChunk(link, work, { first, count, signal, isOver, isAlone }, onFinished) {
  const sliceMs = isAlone ? 0 : SLICE_MS;
  const togetherMs = isAlone ? 0 : work.rules.togetherMs(first, count);
  let next = first;
  const limitMs = isAlone ? () => work.rules.aloneMs(next, work.nextPath?.()) : togetherMs;
  // A slice may begin its last item just before its time is up, and that item has its own time.
  // Reading and reporting the text of a large document takes time that no macro is to blame for.
  const extraMs =
    sliceMs + (work.isOneStepEach ? 0 : charactersOf(work.supply.texts, first, count) / CHARACTERS_PER_MS);
  /** @type {any} */
  let refused = null;
  /** @type {import("./contamination.js").Contaminated | null} */
  let contaminated = null;
  const cancel = () => link.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    const end = await link.exchange(work.message(first, count, sliceMs), {
      deadlineMs: typeof limitMs === "number" ? limitMs + extraMs : () => limitMs() + extraMs,
      limitMs,
      renews: true,
      doing: "the macro",
      onMessage: (message) => {
        if (message.kind === "cancelled") return true;
        if (message.kind === "refused") {
          refused = message.error;
          return true;
        }
        contaminated = message.contaminated ?? null;
        if (contaminated !== null && contaminated.script === undefined) return true;
        if (message.first !== next - first) throw new Error("a part of the batch is missing");
        const { finished, last, rest } = work.accept(message, first);
        if (finished > count || (last && finished < count)) throw new Error(`${finished} of ${count} items`);
        next = first + finished;
        onFinished(finished, rest);
        const isLast = last || contaminated !== null;
        if (!isLast && isOver()) cancel();
        return isLast;
      },
    });
    if (contaminated !== null) return { contaminated };
    if (refused === null) return end;
    const broken = BROKEN.get(refused.code);
    if (broken) return { death: { code: broken, message: `the engine broke down: ${refused.message}` } };
    return { refused };
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

/**
 * When a batch that begins now has to end.
 * @param {import("../wire/limits.js").Limits} limits
 */
export function endOf({ batchS }) {
  return performance.now() + batchS * 1000;
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
 * How many items from *first* go into one message; at least one. Those that have to stay apart begin another.
 * @param {Work} work
 * @param {number} first
 */
function chunkLength({ supply: { texts }, rules, weight = () => 0 }, first) {
  let count = 0;
  let characters = 0;
  while (first + count < texts.length && count < CHUNK_ITEMS) {
    characters += texts[first + count].length + weight(first + count);
    if (count > 0 && (characters > CHUNK_CHARACTERS || isApart(rules, first + count))) break;
    count += 1;
  }
  return count;
}

/**
 * @param {import("./item_rules.js").ItemRules} rules
 * @param {number} index
 */
function isApart(rules, index) {
  return rules.isSuspect(index) || rules.refusal(index) !== null;
}
