/**
 * The host's connection to one worker: one exchange at a time.
 *
 * An exchange ends with its last reply, at its deadline, or when the worker exits. A reply with another id, or after the
 * end, is counted and ignored; a flood of them ends the worker.
 */
import { checkKind, decode, endOf } from "../checks/messages.js";
import { checkReady } from "../checks/start.js";
import { Deadline } from "./deadline.js";
import { unguessableId } from "../wire/ids.js";

/** Time for a worker to end its slice after `cancel`, before the worker is ended. */
const CANCEL_GRACE_MS = 250;

/** Messages that answer nothing, and their characters, after which a worker is ended. */
const MOST_LATE = 1000;
const MOST_LATE_CHARACTERS = 2 ** 22;

/**
 * @typedef {{code: string, message: string, isUnseen?: boolean}} WorkerExit how a worker ended; unseen where nothing
 *   shows that the item it ran is the cause
 *
 * @typedef {number | (() => number)} Milliseconds a function is called each time the deadline is set
 *
 * @typedef {{messages: number, characters: number}} Most of all replies to a request
 *
 * @typedef {object} Exchange
 * @property {number} id
 * @property {import("../checks/messages.js").Request} request
 * @property {Milliseconds} deadlineMs for the first reply and between replies
 * @property {Milliseconds} [limitMs] what the script was allowed, for the message; default: the deadline
 * @property {boolean} renews whether a reply resets the deadline
 * @property {string} doing the activity, for the message of a missed deadline
 * @property {Most} [most] what all replies may have together; default: each is bounded by itself
 * @property {boolean} [isCancelled] whether the host cancelled it
 * @property {(message: any) => boolean} onMessage returns true for the last one
 * @property {(end: {exit: WorkerExit} | {done: true}) => void} settle
 */

export class WorkerLink {
  #port;
  #endWorker;
  #onLate;
  /** @type {Exchange | null} */
  #exchange = null;
  #deadline = new Deadline(() => this.#late());
  /** The time the exchange may take, for the message of a missed deadline; null after `cancel`. @type {{ms: number, doing: string} | null} */
  #allowed = null;
  /** @type {WorkerExit | null} */
  #exit = null;
  /** What may still come in the exchange, and what may come that answers nothing. @type {Most} */
  #left = UNBOUNDED;
  #lateLeft = { messages: MOST_LATE, characters: MOST_LATE_CHARACTERS };

  /** What only this worker and the host know, for its probes. */
  mark = "";
  /** Facts of the `ready` message, once it came. @type {any} */
  ready = null;
  /** Scripts that this worker has loaded, by path. @type {Map<string, import("./script_index.js").Script>} */
  loaded = new Map();
  /** The script index's revision that it has loaded. */
  revision = -1;
  /** The limits its engine has; null before they were set. @type {import("../wire/limits.js").Limits | null} */
  limits = null;
  /** When its last reply came; see `performance.now`. */
  heardAt = performance.now();

  /**
   * @param {number} generation
   * @param {MessagePort} port
   * @param {() => void} endWorker terminates the worker behind the port
   * @param {() => void} onLate called for each reply that comes after its exchange
   */
  constructor(generation, port, endWorker, onLate) {
    this.generation = generation;
    this.#port = port;
    this.#endWorker = endWorker;
    this.#onLate = onLate;
    port.onmessage = (event) => this.#receive(event.data);
  }

  get hasExited() {
    return this.#exit !== null;
  }

  /** How it ended; null while it lives. */
  get exit() {
    return this.#exit;
  }

  /**
   * Wait for `ready`; resolves with what ended the wait.
   * @param {number} bootMs
   * @returns {Promise<{exit: WorkerExit} | {done: true}>}
   */
  untilReady(bootMs) {
    return this.#open({
      id: 0,
      request: "start",
      deadlineMs: bootMs,
      renews: false,
      doing: "the worker's start",
      onMessage: (message) => {
        checkReady(message);
        this.ready = message;
        return true;
      },
    });
  }

  /**
   * Send a message and feed its replies to *onMessage* until that returns true.
   * @param {(id: number) => string} compose the message's JSON text; `kind` and `id` come first there,
   *   because the worker tells messages apart by their beginning
   * @param {Omit<Exchange, "id" | "settle" | "isCancelled">} rules
   * @returns {Promise<{exit: WorkerExit} | {done: true}>}
   */
  exchange(compose, rules) {
    const id = unguessableId();
    const settled = this.#open({ id, ...rules });
    if (!this.hasExited) this.#port.postMessage(compose(id));
    return settled;
  }

  /** Ask the engine to drop the current job; ends the worker if it does not. */
  cancel() {
    if (this.#exchange === null || this.#exchange.isCancelled || this.hasExited) return;
    this.#exchange.isCancelled = true;
    this.#port.postMessage(JSON.stringify({ kind: "cancel", id: this.#exchange.id }));
    this.#allowed = null;
    this.#deadline.set(CANCEL_GRACE_MS);
  }

  /**
   * End the worker; an open exchange ends with *exit*.
   * @param {WorkerExit} exit
   */
  kill(exit) {
    if (this.hasExited) return;
    this.#exit = exit;
    this.#endWorker();
    this.#port.close();
    this.#settle({ exit });
    this.#deadline.stop();
  }

  /**
   * @param {Omit<Exchange, "settle">} exchange
   * @returns {Promise<{exit: WorkerExit} | {done: true}>}
   */
  #open(exchange) {
    if (this.#exchange !== null) throw new Error("one exchange at a time");
    return new Promise((settle) => {
      this.#exchange = { ...exchange, settle };
      this.#left = { ...(exchange.most ?? UNBOUNDED) };
      if (this.#exit !== null) this.#settle({ exit: this.#exit });
      else this.#arm(exchange);
    });
  }

  /** @param {Omit<Exchange, "settle">} exchange */
  #arm({ deadlineMs, limitMs = deadlineMs, doing }) {
    this.#allowed = { ms: inMs(limitMs), doing };
    this.#deadline.set(inMs(deadlineMs));
  }

  #late() {
    if (this.#allowed === null) return this.kill({ code: "cancelled", message: "cancelled" });
    const { ms, doing } = this.#allowed;
    this.kill({ code: "timeout", message: `${doing} took longer than ${ms / 1000} s; its worker was ended` });
  }

  /** @param {{exit: WorkerExit} | {done: true}} end */
  #settle(end) {
    this.#deadline.clear();
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.settle(end);
  }

  /** @param {unknown} text */
  #receive(text) {
    const exchange = this.#exchange;
    if (this.hasExited || exchange === null) return this.#ignore(text);
    if (isSpent(this.#left, text)) {
      return this.kill({ code: "crash", message: "the worker sent more than its script may print and return" });
    }
    const { message, violation } = decode(text);
    if (message === null) {
      return this.kill({ code: "crash", message: `the worker sent an invalid message: ${violation}` });
    }
    if (message.kind === "crashed" || message.kind === "failed") return this.kill(endOf(message, exchange.request));
    if (!isReplyTo(exchange, message)) return this.#ignore(text);
    this.heardAt = performance.now();
    this.#hand(exchange, message);
  }

  /**
   * Count a message that answers nothing.
   * @param {unknown} text
   */
  #ignore(text) {
    this.#onLate();
    if (!isSpent(this.#lateLeft, text)) return;
    this.kill({ code: "crash", message: "the worker sent a flood of messages that answer nothing" });
  }

  /**
   * @param {Exchange} exchange
   * @param {any} message
   */
  #hand(exchange, message) {
    let isLast;
    try {
      checkKind(exchange.request, message, exchange.isCancelled ?? false);
      isLast = exchange.onMessage(message);
    } catch (error) {
      const why = `the worker's reply does not fit: ${/** @type {Error} */ (error).message}`;
      return this.kill({ code: "crash", message: why, isUnseen: true });
    }
    if (isLast) this.#settle({ done: true });
    else if (exchange.renews && !exchange.isCancelled) this.#arm(exchange);
  }
}

/** @type {Most} */
const UNBOUNDED = { messages: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

/**
 * Take a message off what may still come.
 * @param {Most} left
 * @param {unknown} text
 * @returns {boolean} whether it was too much
 */
function isSpent(left, text) {
  left.messages -= 1;
  left.characters -= typeof text === "string" ? text.length : 0;
  return left.messages < 0 || left.characters < 0;
}

/**
 * @param {Exchange} exchange
 * @param {any} message valid by its schema
 */
function isReplyTo({ id }, message) {
  if (message.kind === "ready") return id === 0;
  // The engine cannot name a message that it could not read.
  return message.id === id || (message.kind === "refused" && message.id === null);
}

/** @param {Milliseconds} time */
function inMs(time) {
  return typeof time === "function" ? time() : time;
}
