/**
 * The tools of a host: each request of the service is passed to a function, and answered once.
 * @import { RpcRequests, RpcMethods } from "./generated/rpc.d.ts"
 */

/** Tells a script why a tool cannot do what was asked; of other errors it learns only that the tool failed. */
export class ToolFailed extends Error {
  name = "ToolFailed";
}

const REFUSED = -32000;
const NO_METHOD = -32601;
const FAILED = -32603;
/** Characters of a value as JSON; the service takes fewer bytes. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * @typedef {RpcMethods["tools.offer"]["params"]} Offer
 *
 * @typedef {object} ToolContext
 * @property {string} script the slug of the script that calls
 * @property {AbortSignal} signal aborted when nobody waits for the value any more
 *
 * @typedef {Offer["tools"][string] & {
 *   call: (args: Record<string, any>, context: ToolContext) => unknown
 * }} HostTool a function that returns a JSON value or a promise of one, and its schemas
 *
 * @typedef {object} HostTools
 * @property {Record<string, HostTool>} [tools] what scripts may ask for, by name
 * @property {Offer["allow"]} [allow] the names of the tools that a script may call, by its slug; all others are denied
 * @property {Offer["limits"]} [limits] of each run
 */

/**
 * Returns the params of `tools.offer`; null without tools.
 * @param {HostTools} options
 * @returns {Offer | null}
 */
export function offerOf({ tools, allow = {}, limits }) {
  if (tools === undefined) return null;
  const offered = Object.entries(tools).map(([name, { call, ...described }]) => {
    if (typeof call !== "function") throw new TypeError(`the tool ${name} has no function \`call\``);
    return [name, described];
  });
  return { tools: Object.fromEntries(offered), allow, ...(limits === undefined ? {} : { limits }) };
}

/** Answers the service's requests. */
export class ToolHost {
  /** @type {Map<unknown, AbortController>} */
  #running = new Map();
  #tools;
  #send;

  /**
   * @param {Record<string, HostTool>} tools by name
   * @param {(message: object) => void} send
   */
  constructor(tools, send) {
    this.#tools = new Map(Object.entries(tools));
    this.#send = send;
  }

  /**
   * Answers a request, unless it is given up before.
   * @param {Record<string, any>} request
   */
  async answer({ id, method, params }) {
    const running = new AbortController();
    this.#running.set(id, running);
    const answer = method === "tools.call" ? await this.#answerOf(params, running.signal) : unknown(method);
    if (this.#running.get(id) !== running) return;
    this.#running.delete(id);
    this.#send({ jsonrpc: "2.0", id, ...answer });
  }

  /**
   * @param {RpcRequests["tools.call"]["params"]} params
   * @param {AbortSignal} signal
   */
  async #answerOf({ tool, args, script }, signal) {
    try {
      const value = (await this.#tools.get(tool)?.call(args, { script, signal })) ?? null;
      return (JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY) > MOST_CHARACTERS
        ? failure(FAILED, "the value is too large, or not JSON")
        : { result: { value } };
    } catch (error) {
      return error instanceof ToolFailed ? failure(REFUSED, error.message) : failure(FAILED, "the tool failed");
    }
  }

  /**
   * Forgets a request: its answer is not sent.
   * @param {unknown} id
   */
  cancel(id) {
    const running = this.#running.get(id);
    this.#running.delete(id);
    running?.abort();
  }

  /** Forgets all requests. */
  close() {
    for (const id of [...this.#running.keys()]) this.cancel(id);
  }
}

/** @param {unknown} method */
function unknown(method) {
  return failure(NO_METHOD, `no method named ${method}`);
}

/**
 * @param {number} code
 * @param {string} message
 */
function failure(code, message) {
  return { error: { code, message } };
}
