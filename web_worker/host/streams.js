/**
 * Batches without an end: results arrive while the rest runs, at the pace of the consumer.
 *
 * The source is read in windows. One window runs while the results of the previous one are consumed, and the next begins
 * only after that: neither the source nor the results pile up. Other jobs of the runtime run between windows.
 */
import { PybridgeError } from "./wire/errors.js";

/** Items of the first window, so that results come soon, and of the largest. */
const FIRST_ITEMS = 64;
const MOST_ITEMS = 1000;

/**
 * @template T, R
 * @param {Iterable<T> | AsyncIterable<T>} source
 * @param {(items: T[], signal: AbortSignal) => Promise<R[]>} render
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<R, void, void>} the result of each item, in order
 * @throws {PybridgeError} `cancelled` when *signal* ends it, after the results that were finished by then
 */
export async function* stream(source, render, signal) {
  const own = new AbortController();
  const ending = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
  const windows = windowsOf(source);
  const ended = untilAborted(ending);
  const begin = async () => {
    if (ending.aborted) return null;
    const window = await windows.next();
    return window.done || ending.aborted ? null : { results: handled(render(window.value, ending)) };
  };
  try {
    let ahead = handled(begin());
    for (let running = await Promise.race([ahead, ended]); running; running = await Promise.race([ahead, ended])) {
      ahead = handled(begin());
      const results = await running.results;
      yield* ending.aborted ? results.filter((result) => !isCancelled(result)) : results;
      if (ending.aborted) break;
    }
    if (ending.aborted) await ended;
  } finally {
    own.abort();
    // Not awaited: a source that never yields would block here.
    handled(windows.return(undefined));
  }
}

/**
 * Mark a promise as handled: its failure is thrown when it is awaited, and not reported as unhandled before.
 * @template T
 * @param {Promise<T>} promise
 */
function handled(promise) {
  promise.catch(() => {});
  return promise;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>} rejects when *signal* does
 */
function untilAborted(signal) {
  const aborted = new Promise((_, reject) => {
    const refuse = () => reject(new PybridgeError({ code: "cancelled", message: "the stream was cancelled" }));
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
  });
  return /** @type {Promise<never>} */ (handled(aborted));
}

/**
 * @template T
 * @param {Iterable<T> | AsyncIterable<T>} source
 * @returns {AsyncGenerator<T[], void, void>}
 */
async function* windowsOf(source) {
  let size = FIRST_ITEMS;
  /** @type {T[]} */
  let items = [];
  for await (const item of source) {
    if (items.push(item) < size) continue;
    yield items;
    items = [];
    size = Math.min(2 * size, MOST_ITEMS);
  }
  if (items.length > 0) yield items;
}

/** @param {any} result an outcome, or a rendered document */
function isCancelled({ error, errors }) {
  return (error ?? errors?.[0])?.code === "cancelled";
}
