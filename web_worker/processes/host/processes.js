/**
 * Processes in a page: `python -c`, scripts and tools, each in a worker without network, storage or any origin.
 * @import { Completed, Invocation, ProcessLimits } from "../../generated/abi.js"
 */
import { openFrame } from "../../host/sandbox/frame.js";
import { isOfTwoBuilds } from "../../host/sandbox/delivery.js";
import { PybridgeError } from "../../host/wire/errors.js";
import { PROCESS_LIMITS } from "../../generated/facts.js";
import { openAssets } from "./assets.js";
import { isToolName } from "./commands.js";
import { Modules } from "./modules.js";
import { Run } from "./run.js";
import { CPYTHON, NAMES, runtimeOf } from "./runtimes.js";
import { Workers } from "./workers.js";

export { PybridgeError } from "../../host/wire/errors.js";
export { installBundle } from "../bundles/install_bundle.js";
export { CommandTool, PythonTool } from "./tools.js";

const BOOT_MS = 60_000;

/**
 * @typedef {import("./events.js").AuditEvent} AuditEvent
 *
 * @typedef {object} ProcessOptions
 * @property {import("../../host/sandbox/asset_source.js").AssetsOption} assets address of the folder that
 *   `pybridge build --processes` wrote
 * @property {readonly string[]} [allowed] commands that may be run; default: `python` and every registered tool
 * @property {ProcessLimits} [limits] where an invocation names none
 * @property {"cpython" | "micropython"} [runtime] the Python that is loaded at the start, and runs `python` where an
 *   invocation names none; default: `cpython`
 * @property {(event: AuditEvent) => void} [onEvent] gets what happens, for an audit log; what it throws ends the process, and its
 *   `run` rejects with it
 * @property {number} [spares] workers kept warm beside those in use; default: 1
 *
 * @typedef {import("../terms.js").Terms} RunOptions
 */

/** Runs Python and tools as processes; any number at the same time. */
export class PythonProcess {
  #host;

  /** @param {import("./run.js").Host} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * Open the sandbox and start the first worker.
   * @param {ProcessOptions} options
   * @returns {Promise<PythonProcess>}
   * @throws {PybridgeError} `boot` or `isolation`
   */
  static async start(options) {
    const { assets, allowed = null, limits = {}, onEvent = () => {}, runtime = CPYTHON, spares = 1 } = options;
    const memoryBytes = limits.memoryBytes ?? PROCESS_LIMITS.memoryBytes;
    const first = { runtime: known(runtime), memoryBytes };
    let files = openAssets(assets, BOOT_MS, first, false);
    const open = async () => {
      try {
        return await openFrame(files, BOOT_MS);
      } catch (error) {
        if (!isOfTwoBuilds(error)) throw error;
        files = openAssets(assets, BOOT_MS, first, true);
        return openFrame(files, BOOT_MS);
      }
    };
    const workers = new Workers(open, { spares, bootMs: BOOT_MS });
    const modules = new Modules((python) => files.wasmOf(python), first);
    const versionOf = async (/** @type {string} */ name) => {
      const python = runtimeOf(name);
      return python !== null && (await files.has(python)) ? python.version : null;
    };
    try {
      workers.give(await workers.take());
    } catch (error) {
      files.stop();
      workers.dispose();
      throw error;
    }
    return new PythonProcess({ workers, modules, allowed, limits, runtime, tell: onEvent, versionOf });
  }

  /** How many workers there are. */
  get workers() {
    return this.#host.workers.count;
  }

  /**
   * Make a WASI command module (preview 1) a command.
   * @param {string} name the command
   * @param {Blob | BufferSource} wasm its file
   * @throws {PybridgeError} `usage` when the name is not one of a tool, or taken
   */
  register(name, wasm) {
    if (!isToolName(name) || this.#host.modules.has(name)) {
      const message = `no tool can be registered as ${JSON.stringify(name)}`;
      throw new PybridgeError({ code: "usage", message, hint: "choose another name" });
    }
    this.#host.modules.add(name, wasm instanceof Blob ? wasm : new Blob([/** @type {any} */ (wasm)]));
  }

  /**
   * Run a process to its end.
   * @param {Invocation} invocation
   * @param {RunOptions} [options]
   * @returns {Promise<Completed>} also of one that is not valid, or was not begun
   * @throws {PybridgeError} when the sandbox cannot be opened again, or was disposed
   */
  run(invocation, options = {}) {
    return new Run(this.#host, options).completed(invocation);
  }

  /** End every worker and remove the frame. Processes that run end with the exit code 125. */
  dispose() {
    this.#host.workers.dispose();
  }
}

/** @param {string} name */
function known(name) {
  const runtime = runtimeOf(name);
  if (runtime === null) {
    const message = `pages have no runtime named ${JSON.stringify(name)}`;
    throw new PybridgeError({ code: "usage", message, hint: `choose one of ${NAMES.join(", ")}` });
  }
  return runtime;
}
