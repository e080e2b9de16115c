/** Drives a batch through workers until every item has its outcome: what happens is decided by `rules.js`. */
import { CHUNK_ITEMS, endOf } from "../wire/limits.js";
import { charactersOf, messageLength } from "./batch.js";
import { chargeOf, giveUp } from "./contamination.js";
import { Exchange } from "./exchange.js";
import { decide, initialState, isOneByOne } from "./rules.js";
import { TimeSlices } from "./time_slices.js";

/**
 * @typedef {{code: string, message: string, hint: string}} Overtime why a batch ended before its items did
 *
 * @typedef {import("../workers/worker_link.js").WorkerExit} WorkerExit
 * @typedef {import("../workers/pool.js").Pool} Pool
 * @typedef {import("./batch.js").Batch} Batch
 *
 * @typedef {object} Terms
 * @property {import("../wire/limits.js").Limits} limits
 * @property {AbortSignal} [signal]
 * @property {number} [endsAt] by `performance.now`, where it is part of a batch that began before
 *
 * @param {Pool} pool
 * @param {Batch} batch
 * @param {Terms} terms
 * @returns {Promise<Overtime | null>} the error of items that have no outcome; null where the caller
 *   cancelled them, or all have one
 */
export async function drive(pool, batch, { limits, signal, endsAt = endOf(limits) }) {
  const driver = new Driver(pool, batch, { limits, signal, isOver: () => performance.now() >= endsAt });
  const because = await driver.run();
  return because === "timeOver" ? overtimeOf(limits) : null;
}

/**
 * @param {import("../wire/limits.js").Limits} limits
 * @returns {Overtime}
 */
export function overtimeOf({ batchS }) {
  const message = `not reached: its batch took longer than ${batchS} s`;
  return { code: "timeout", message, hint: "split the batch, or raise the limit batchS" };
}

/** An event with what is needed to carry out the action that it leads to. */
/** @typedef {import("./rules.js").Event & {exit?: WorkerExit, error?: any, script?: any}} Happening */

class Driver {
  #pool;
  #batch;
  #terms;
  #slices = new TimeSlices();
  /** @type {import("./rules.js").State} */
  #state;

  /**
   * @param {Pool} pool
   * @param {Batch} batch
   * @param {{limits: import("../wire/limits.js").Limits, signal?: AbortSignal, isOver: () => boolean}} terms
   */
  constructor(pool, batch, terms) {
    this.#pool = pool;
    this.#batch = batch;
    this.#terms = terms;
    this.#state = initialState(batch.items);
  }

  /** @returns {Promise<"done" | "cancelled" | "timeOver">} why it ended */
  async run() {
    try {
      for (;;) {
        const event = await this.#nextEvent();
        if (event === null) return "done";
        const action = this.#decide(event);
        if (action.kind === "finish") return action.because;
        this.#carryOut(action, event);
      }
    } finally {
      await this.#slices.done();
    }
  }

  /** @param {Happening} event */
  #decide(event) {
    const { state, action } = decide(this.#state, event);
    this.#state = state;
    return action;
  }

  /** @returns {Promise<Happening | null>} null when no item is left */
  async #nextEvent() {
    const { signal, isOver } = this.#terms;
    if (signal?.aborted) return { kind: "cancelled" };
    if (isOver()) return { kind: "timeOver" };
    if (!(await this.#batch.source.has(this.#state.next))) return null;
    const refusal = this.#batch.rules.refusal(this.#state.next);
    return refusal ? { kind: "quarantined", ...refusal } : await this.#send();
  }

  /** @returns {Promise<Happening>} */
  async #send() {
    const link = await this.#pool.take(this.#terms.limits);
    // It may have waited for a worker.
    if (this.#terms.signal?.aborted) return { kind: "cancelled" };
    const { next: first } = this.#state;
    if (this.#batch.rules.isSuspect(first)) this.#decide({ kind: "suspect" });
    const count = Math.min(this.#state.atMost ?? CHUNK_ITEMS, messageLength(this.#batch, first));
    const isAlone = isOneByOne(this.#state, count, charactersOf(this.#batch, first, count));
    const onProgress = (/** @type {number} */ finished, /** @type {Iterator<unknown>} */ rest) => {
      this.#decide({ kind: "progress", finished });
      this.#slices.add(rest);
      this.#pool.worked();
    };
    const exchange = new Exchange(link, this.#batch, { first, count, isAlone }, { ...this.#terms, onProgress });
    const running = exchange.run();
    this.#batch.source.goOn(first + count);
    const ending = await running;
    await this.#slices.room();
    if (ending.kind === "lost") return this.#loss(link, { ...ending, isAlone });
    return ending.kind === "contaminated" ? this.#givenUp(link, ending) : ending;
  }

  /**
   * @param {import("../workers/worker_link.js").WorkerLink} link
   * @param {import("./exchange.js").Ending & {kind: "contaminated"}} ending
   * @returns {Happening}
   */
  #givenUp(link, { contaminated, mayBlame, ...event }) {
    giveUp(this.#pool, link, contaminated, mayBlame);
    return { ...event, again: this.#wasCharged(), exit: chargeOf(contaminated) };
  }

  #wasCharged() {
    return this.#batch.wasCharged?.(this.#state.next) ?? false;
  }

  /**
   * @param {import("../workers/worker_link.js").WorkerLink} link
   * @param {{open: number, exit: WorkerExit, isAlone: boolean}} ending
   * @returns {Promise<Happening>}
   */
  async #loss(link, { open, exit: known, isAlone }) {
    const exit = await this.#pool.classify(known);
    this.#pool.retire(link, exit);
    const { signal, isOver } = this.#terms;
    if (signal?.aborted) return { kind: "cancelled" };
    if (exit.code === "cancelled") return { kind: isOver() ? "timeOver" : "cancelled" };
    const slow = isAlone && exit.code === "timeout";
    return { kind: "lost", open, unseen: exit.isUnseen, slow, again: this.#wasCharged(), exit };
  }

  /**
   * @param {Exclude<import("./rules.js").Action, {kind: "finish"}>} action
   * @param {Happening} event
   */
  #carryOut(action, { exit, error, script }) {
    switch (action.kind) {
      case "charge":
        return this.#batch.charge(action.item, exitOf(exit));
      case "fail":
        return this.#batch.fail?.(action.item, exitOf(exit));
      case "refuse":
        return this.#batch.refuse(action.item, error, script);
      default:
        // The next message is sent from the state.
        return;
    }
  }
}

/** @param {WorkerExit | undefined} exit */
function exitOf(exit) {
  const { code, message } = /** @type {WorkerExit} */ (exit);
  return { code, message };
}
