/**
 * The client of `pybridge serve`: typed functions, one per method, over whatever carries JSON.
 * Every call ends: with a result, at its deadline, or with the connection.
 * @import { RpcEvents } from "./generated/rpc.d.ts"
 * @import { Call } from "./generated/methods.js"
 */
import { ServiceError, unavailable } from "./errors.js";
import { EVENTS, methodsOver } from "./generated/methods.js";
import { offerOf, ToolHost } from "./tools.js";

export { ServiceError } from "./errors.js";
export { ToolFailed } from "./tools.js";

const TIMEOUT_MS = 60_000;
/** Methods that run scripts: they are sent once the service has the tools. */
const RUNS = new Set(["scripts.run", "scripts.transform"]);

/**
 * @typedef {object} Transport
 * @property {(message: object) => void} send sends a message
 * @property {() => void | Promise<void>} close ends the connection
 */

/**
 * @typedef {object} Receiver
 * @property {(message: unknown) => void} message called with each message of the other side
 * @property {(reason: string, hint?: string) => void} closed called once when the connection ends, with the reason,
 *   and what to do about it
 */

/** @typedef {(receiver: Receiver) => Transport} OpenTransport */

/**
 * @typedef {object} Pending
 * @property {(result: any) => void} resolve
 * @property {(error: ServiceError) => void} reject
 * @property {() => void} release
 */

/**
 * Opens a connection to the service.
 * @param {OpenTransport} open starts what carries the messages
 * @param {import("./tools.js").HostTools & {timeoutMs?: number}} [options] tools for scripts; milliseconds that a call
 *   may take unless it says otherwise
 */
export function connect(open, { timeoutMs = TIMEOUT_MS, ...tools } = {}) {
  const offer = offerOf(tools);
  const connection = new Connection(open, timeoutMs, tools.tools ?? {});
  const call = offer === null ? connection.call : callAfter(connection.call("tools.offer", offer), connection.call);
  return Object.freeze({
    ...methodsOver(call),
    call,
    on: connection.on,
    close: connection.close,
    closed: connection.closed,
  });
}

/** @typedef {ReturnType<typeof connect>} Service */

/**
 * Returns calls of which those that run scripts fail as the offer of tools failed.
 * @param {Promise<unknown>} offered
 * @param {Call} call
 * @returns {Call}
 */
function callAfter(offered, call) {
  offered.catch(() => {}); // each run says it
  return (method, params, options) =>
    RUNS.has(method) ? offered.then(() => call(method, params, options)) : call(method, params, options);
}

class Connection {
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** @type {Map<string, Set<(params: any) => void>>} */
  #listeners = new Map(EVENTS.map((name) => [name, new Set()]));
  #lastId = 0;
  /** @type {{reason: string, hint?: string} | null} */
  #end = null;
  #timeoutMs;
  #transport;
  #tools;
  /** @type {(reason: string) => void} */
  #settleClosed = () => {};

  /**
   * @param {OpenTransport} open
   * @param {number} timeoutMs
   * @param {Record<string, import("./tools.js").HostTool>} tools
   */
  constructor(open, timeoutMs, tools) {
    this.#timeoutMs = timeoutMs;
    this.#tools = new ToolHost(tools, (message) => this.#transport.send(message));
    /** @type {Promise<string>} settles with the reason once the connection has ended */
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.#transport = open({
      message: (message) => this.#receive(message),
      closed: (reason, hint) => this.#close(reason, hint),
    });
  }

  /** @type {Call} */
  call = (method, params, { signal, timeoutMs = this.#timeoutMs } = {}) => {
    if (this.#end !== null) return Promise.reject(unavailable(this.#end));
    if (signal?.aborted) return Promise.reject(cancelled(method));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#giveUp(id, cancelled(method));
      const timer = setTimeout(() => this.#giveUp(id, late(method, timeoutMs)), timeoutMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      const release = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      this.#pending.set(id, { resolve, reject, release });
      this.#transport.send({ jsonrpc: "2.0", id, method, params });
    });
  };

  /**
   * Calls *listener* with the params of each event; returns a function that stops it.
   * @template {keyof RpcEvents} E
   * @param {E} event
   * @param {(params: RpcEvents[E]["params"]) => void} listener
   * @returns {() => void}
   */
  on = (event, listener) => {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) throw new TypeError(`no event named ${event}`);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  /** Ends the connection; calls that wait are rejected. */
  close = async () => {
    await this.#transport.close();
    this.#close("the connection was closed");
  };

  /** @param {unknown} message */
  #receive(message) {
    if (Array.isArray(message)) {
      for (const each of message) this.#receive(each);
    } else if (isObject(message) && typeof message.method === "string" && "id" in message) {
      void this.#tools.answer(message);
    } else if (isObject(message) && typeof message.method === "string") {
      if (message.method === "tools.cancelled") this.#tools.cancel(message.params.id);
      for (const listener of this.#listeners.get(message.method) ?? []) listener(message.params);
    } else if (isObject(message)) {
      this.#settle(message);
    }
  }

  /** @param {Record<string, any>} answer */
  #settle(answer) {
    const pending = this.#take(answer.id);
    if (pending === undefined) return;
    if (isObject(answer.error)) {
      const { code, message, data } = answer.error;
      pending.reject(new ServiceError(data ?? { code: "internal", message }, code));
    } else {
      pending.resolve(answer.result);
    }
  }

  /**
   * Rejects a call and cancels it in the service.
   * @param {number} id
   * @param {ServiceError} error
   */
  #giveUp(id, error) {
    const pending = this.#take(id);
    if (pending === undefined) return;
    this.#transport.send({ jsonrpc: "2.0", method: "cancel", params: { id } });
    pending.reject(error);
  }

  /** @param {number} id */
  #take(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.release();
    return pending;
  }

  /**
   * @param {string} reason
   * @param {string} [hint]
   */
  #close(reason, hint) {
    if (this.#end !== null) return;
    const end = { reason, hint };
    this.#end = end;
    this.#tools.close();
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(unavailable(end));
    this.#settleClosed(reason);
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/** @param {string} method */
function cancelled(method) {
  return new ServiceError({ code: "cancelled", message: `${method}: cancelled` });
}

/**
 * @param {string} method
 * @param {number} timeoutMs
 */
function late(method, timeoutMs) {
  return new ServiceError({ code: "timeout", message: `${method}: no answer within ${timeoutMs} ms` });
}
