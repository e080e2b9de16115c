/**
 * Processes in Node: the face that a page has, over `pybridge python --session`. Node's own WASI keeps no program from anything.
 * @import { Completed, Invocation, ProcessLimits } from "../../generated/abi.js"
 */
import { bootError, disposedError, PybridgeError } from "../../host/wire/errors.js";
import { isToolName } from "../host/commands.js";
import { Session } from "./session.js";

export { PybridgeError } from "../../host/wire/errors.js";
export { CommandTool, PythonTool } from "../host/tools.js";

const BOOT_MS = 60_000;

/**
 * @typedef {object} HostOptions
 * @property {readonly string[]} [allowed] commands that may be run; default: `python` and every registered tool
 * @property {ProcessLimits} [limits] where an invocation names none
 * @property {string} [runtime] which Python runs `python`, where an invocation names none; default: `cpython`
 *
 * @typedef {HostOptions & import("../../service/child.js").ProgramOptions} ProcessOptions
 * @typedef {import("../terms.js").Terms} RunOptions
 */

/** Runs Python and tools as processes; any number at the same time. */
export class PythonProcess {
  #open;
  #limits;
  /** @type {Session} */
  #session;
  /** @type {Map<string, Blob>} */
  #tools = new Map();
  #isDisposed = false;
  /** Starts since the last answer. */
  #restarts = 0;

  /**
   * @param {() => Session} open
   * @param {ProcessLimits} limits
   */
  constructor(open, limits) {
    this.#open = open;
    this.#limits = limits;
    this.#session = open();
  }

  /**
   * Start the service that runs them.
   * @param {ProcessOptions} [options]
   * @returns {Promise<PythonProcess>}
   * @throws {PybridgeError} `boot`
   */
  static async start({ allowed, limits = {}, runtime, ...program } = {}) {
    const words = [
      ...(allowed === undefined ? [] : [`--allow=${allowed.join(",")}`]),
      ...(runtime === undefined ? [] : [`--runtime=${runtime}`]),
    ];
    const processes = new PythonProcess(() => new Session(words, program), limits);
    try {
      await inTime(processes.#session.begun);
    } catch (error) {
      processes.dispose();
      const { message, hint } = /** @type {PybridgeError} */ (error).value;
      throw bootError(message, hint);
    }
    return processes;
  }

  /** Number of the service's process. */
  get pid() {
    return this.#session.pid;
  }

  /**
   * Make a WASI command module (preview 1) a command.
   * @param {string} name the command
   * @param {Blob | ArrayBuffer | ArrayBufferView} wasm its file
   * @throws {PybridgeError} `usage` when the name is not one of a tool, or taken
   */
  register(name, wasm) {
    if (!isToolName(name) || this.#tools.has(name)) {
      const message = `no tool can be registered as ${JSON.stringify(name)}`;
      throw new PybridgeError({ code: "usage", message, hint: "choose another name" });
    }
    this.#tools.set(name, wasm instanceof Blob ? wasm : new Blob([/** @type {any} */ (wasm)]));
  }

  /**
   * Run a process to its end.
   * @param {Invocation} invocation
   * @param {RunOptions} [options]
   * @returns {Promise<Completed>} also of one that is not valid, or was not begun
   * @throws {PybridgeError} `unavailable` when the service has ended, `cancelled` when it was disposed
   */
  async run(invocation, options = {}) {
    if (this.#isDisposed) throw disposedError();
    const session = this.#live();
    if (this.#tools.size > 0) await session.provide(this.#tools);
    return session.run(this.#withLimits(invocation), options);
  }

  /** End the service; settles when it has ended. Processes that run end with the exit code 125. */
  async dispose() {
    this.#isDisposed = true;
    await this.#session.close();
  }

  /** The service; one that has ended is started again, once between two answers. */
  #live() {
    if (this.#session.end === null) return this.#session;
    if (this.#session.hasAnswered) this.#restarts = 0;
    if (this.#restarts === 0) {
      this.#restarts += 1;
      this.#session = this.#open();
    }
    return this.#session;
  }

  /** @param {any} invocation */
  #withLimits(invocation) {
    const limits = invocation?.limits ?? {};
    if (!isObject(invocation) || !isObject(limits)) return invocation ?? null;
    return { ...invocation, limits: { ...this.#limits, ...limits } };
  }
}

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {Promise<void>} begun
 * @returns {Promise<void>}
 */
async function inTime(begun) {
  const message = `the service did not begin within ${BOOT_MS / 1000} s`;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new PybridgeError({ code: "boot", message })), BOOT_MS);
  });
  try {
    await Promise.race([begun, late]);
  } finally {
    clearTimeout(timer);
  }
}
