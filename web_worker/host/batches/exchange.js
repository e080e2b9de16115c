/** One message of a batch and its replies, up to the event that ends it. */
import { SLICE_MS } from "../wire/limits.js";
import { Progress } from "../checks/progress.js";
import { charactersOf } from "./batch.js";

/** What the engine reads at least, on a slow machine. */
const CHARACTERS_PER_MS = 500;

/** Errors of a whole message after which the worker is useless, and the code that its item is charged with. */
const BROKEN = new Map([
  ["memory", "memory"],
  ["internal", "crash"],
]);

/**
 * @typedef {import("../workers/worker_link.js").WorkerExit} WorkerExit
 * @typedef {import("./contamination.js").Contaminated} Contaminated
 * @typedef {{kind: "done"}
 *   | {kind: "refused", sent: number, error: any}
 *   | {kind: "contaminated", open: number, known: boolean, idle: boolean, mayBlame: boolean,
 *     contaminated: Contaminated}
 *   | {kind: "lost", open: number, exit: WorkerExit}} Ending
 *
 * @typedef {object} Terms
 * @property {AbortSignal} [signal]
 * @property {() => boolean} isOver whether the batch's time is over
 * @property {(finished: number, rest: Iterator<unknown>) => void} onProgress told of each reply: the items that it
 *   finished, and what is left to do with it
 */

export class Exchange {
  #link;
  #batch;
  #first;
  #count;
  #isAlone;
  #terms;
  /** Index of the first item without an outcome. */
  #next;
  #progress;
  /** @type {any} */
  #refused = null;
  /** @type {Contaminated | null} */
  #contaminated = null;
  #hasSettled = false;

  /**
   * @param {import("../workers/worker_link.js").WorkerLink} link
   * @param {import("./batch.js").Batch} batch
   * @param {{first: number, count: number, isAlone: boolean}} items
   * @param {Terms} terms
   */
  constructor(link, batch, { first, count, isAlone }, terms) {
    this.#link = link;
    this.#batch = batch;
    this.#first = first;
    this.#next = first;
    this.#count = count;
    this.#isAlone = isAlone;
    this.#terms = terms;
    this.#progress = new Progress({ count, isAlone });
  }

  /**
   * Send the message and take its replies.
   * @returns {Promise<Ending>}
   */
  async run() {
    const { signal } = this.#terms;
    const cancel = () => this.#link.cancel();
    signal?.addEventListener("abort", cancel);
    try {
      const sliceMs = this.#isAlone ? 0 : SLICE_MS;
      const end = await this.#link.exchange(this.#batch.message(this.#first, this.#count, sliceMs), {
        request: this.#batch.request,
        ...this.#times(sliceMs),
        renews: true,
        doing: "the macro",
        onMessage: (message) => this.#onMessage(message),
      });
      return this.#ending(end);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** @param {number} sliceMs */
  #times(sliceMs) {
    const { rules, items, nextPath } = this.#batch;
    // A slice may begin its last item just before its time is up, and that item has its own time.
    // Reading and reporting the text of a large document takes time that is not charged to a macro.
    const characters = items === "documents" ? charactersOf(this.#batch, this.#first, this.#count) : 0;
    const extraMs = sliceMs + characters / CHARACTERS_PER_MS;
    if (this.#isAlone) {
      // A worker may have given every outcome and not said that it is done.
      const last = this.#first + this.#count - 1;
      const limitMs = () => rules.aloneMs(Math.min(this.#next, last), nextPath?.call(this.#batch));
      return { limitMs, deadlineMs: () => limitMs() + extraMs };
    }
    const limitMs = rules.togetherMs(this.#first, this.#count);
    return { limitMs, deadlineMs: limitMs + extraMs };
  }

  /**
   * @param {any} message
   * @returns {boolean} whether it is the last one
   */
  #onMessage(message) {
    if (message.kind === "cancelled") return true;
    if (message.kind === "refused") {
      this.#refused = message.error;
      return true;
    }
    this.#contaminated = message.contaminated ?? null;
    if (this.#contaminated !== null && this.#contaminated.script === undefined) return true;
    const items = message[this.#batch.list].length;
    this.#progress.check(message, items);
    const rest = this.#batch.accept(message, this.#first);
    this.#next += items;
    this.#hasSettled ||= message.settled !== undefined;
    this.#terms.onProgress(items, rest);
    if (message.done || this.#contaminated !== null) return true;
    if (this.#terms.isOver()) this.#link.cancel();
    return false;
  }

  /**
   * Whether the script that a worker names can be what ran last: in the item just finished, or in the one after it.
   * @param {string | undefined} path
   */
  #mayBlame(path) {
    const last = this.#first + this.#count - 1;
    const items = [Math.max(this.#next - 1, this.#first), Math.min(this.#next, last)];
    return path !== undefined && items.some((item) => this.#batch.mayBlame(path, item));
  }

  /**
   * @param {{done: true} | {exit: WorkerExit}} end
   * @returns {Ending}
   */
  #ending(end) {
    const open = this.#first + this.#count - this.#next;
    if (this.#contaminated !== null) {
      const known = this.#contaminated.script !== undefined;
      const mayBlame = this.#mayBlame(this.#contaminated.script);
      const idle = this.#next === this.#first && !this.#hasSettled;
      return { kind: "contaminated", open, known, idle, mayBlame, contaminated: this.#contaminated };
    }
    if ("exit" in end) return { kind: "lost", open, exit: end.exit };
    if (this.#refused === null) return { kind: "done" };
    const code = BROKEN.get(this.#refused.code);
    if (code === undefined) return { kind: "refused", sent: this.#count, error: this.#refused };
    const message = `the engine failed: ${this.#refused.message}`;
    return { kind: "lost", open, exit: { code, message } };
  }
}
