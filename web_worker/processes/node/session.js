/**
 * One `pybridge python --session`: requests by number, until it ends.
 * @import { Completed } from "../../generated/abi.js"
 * @import { Terms } from "../terms.js"
 */
import { PybridgeError } from "../../host/wire/errors.js";
import { startProgram } from "../../service/child.js";

/**
 * @typedef {object} Pending
 * @property {(answer: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {readonly ((bytes: Uint8Array) => void)[]} [listeners] of standard output and of standard error
 */

export class Session {
  /** Why it ended, and what to do about it. @type {{message: string, hint?: string} | null} */
  end = null;
  /** Whether it has answered a request: it works. */
  hasAnswered = false;
  #lastId = 0;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** Registrations by the name of the tool. @type {Map<string, Promise<unknown>>} */
  #tools = new Map();
  #transport;
  /** @type {Pending | null} */
  #beginning = null;

  /**
   * @param {readonly string[]} words options of `pybridge python`
   * @param {import("../../service/child.js").ProgramOptions} program
   */
  constructor(words, program) {
    const { pid, open } = startProgram(["python", "--session", ...words], program);
    this.pid = pid;
    /** @type {Promise<void>} */
    this.begun = new Promise((resolve, reject) => {
      this.#beginning = { resolve, reject };
    });
    this.begun.catch(() => {}); // whoever uses it is told by its end
    this.#transport = open({
      message: (message) => this.#take(/** @type {any} */ (message)),
      closed: (message, hint) => this.#close({ message, hint }),
    });
  }

  /**
   * @param {unknown} invocation
   * @param {Terms} terms
   * @returns {Promise<Completed>}
   */
  async run(invocation, { signal, onStdout, onStderr }) {
    const isStreamed = onStdout !== undefined || onStderr !== undefined;
    const ignore = () => {};
    const id = this.#newId();
    const cancel = () => this.#transport.send({ kind: "cancel", id });
    const isCancelled = signal?.aborted ?? false;
    signal?.addEventListener("abort", cancel);
    try {
      const listeners = [onStdout ?? ignore, onStderr ?? ignore];
      return (await this.#asked({ kind: "run", id, invocation, isStreamed, isCancelled }, listeners)).completed;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * Make sure that tools are registered.
   * @param {ReadonlyMap<string, Blob>} tools
   */
  async provide(tools) {
    for (const [name, wasm] of tools) {
      if (!this.#tools.has(name)) this.#tools.set(name, this.#register(name, wasm));
    }
    await Promise.all(this.#tools.values());
  }

  /** End it: processes that run are cancelled, and their outcomes arrive first. */
  close() {
    return this.#transport.close();
  }

  #newId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  /**
   * @param {string} name
   * @param {Blob} wasm
   */
  async #register(name, wasm) {
    const base64 = Buffer.from(await wasm.arrayBuffer()).toString("base64");
    return this.#asked({ kind: "register", id: this.#newId(), name, base64 });
  }

  /**
   * @param {import("../../generated/abi.js").SessionRequest} request
   * @param {Pending["listeners"]} [listeners]
   * @returns {Promise<any>}
   */
  #asked(request, listeners) {
    if (this.end !== null) return Promise.reject(unavailable(this.end));
    return new Promise((resolve, reject) => {
      this.#transport.send(request);
      this.#pending.set(request.id, { resolve, reject, listeners });
    });
  }

  /** @param {import("../../generated/abi.js").SessionReply} reply */
  #take(reply) {
    if (reply.kind === "begun") {
      this.#beginning?.resolve(undefined);
      return;
    }
    const pending = this.#pending.get(/** @type {number} */ (reply.id));
    if (pending === undefined) return;
    if (reply.kind === "piece") {
      this.#pass(reply, pending);
      return;
    }
    this.hasAnswered = true;
    this.#pending.delete(/** @type {number} */ (reply.id));
    if (reply.kind === "failed") pending.reject(new PybridgeError(reply.error));
    else pending.resolve(reply);
  }

  /**
   * @param {import("../../generated/abi.js").SessionPiece} piece
   * @param {Pending} pending
   */
  #pass({ id, stream, base64 }, { listeners, reject }) {
    try {
      listeners?.[stream - 1](new Uint8Array(Buffer.from(base64, "base64")));
    } catch (error) {
      this.#pending.delete(id);
      this.#transport.send({ kind: "cancel", id });
      reject(error);
    }
  }

  /** @param {{message: string, hint?: string}} end */
  #close(end) {
    if (this.end !== null) return;
    this.end = end;
    const error = unavailable(end);
    this.#beginning?.reject(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** @param {{message: string, hint?: string}} end */
function unavailable({ message, hint }) {
  return new PybridgeError({ code: "unavailable", message, ...(hint === undefined ? {} : { hint }) });
}
