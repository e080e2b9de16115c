/** Tools for agents, with the members that their SDKs use. */

/**
 * @typedef {import("../../generated/abi.js").Invocation} Invocation
 * @typedef {import("../../generated/abi.js").Completed} Completed
 *
 * @typedef {object} Processes such as a `PythonProcess`
 * @property {(invocation: Invocation, options?: import("../terms.js").Terms) => Promise<Completed>} run
 *
 * @typedef {object} ToolReply
 * @property {number} exitCode
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} truncatedStdout
 * @property {boolean} truncatedStderr
 *
 * @typedef {{maxStdoutBytes?: number, maxStderrBytes?: number}} ToolLimits
 */

/** Runs Python code. */
export class PythonTool {
  #processes;

  /** @param {Processes} processes */
  constructor(processes) {
    this.#processes = processes;
  }

  /**
   * @param {{code: string, args?: readonly string[], stdin?: string}} request
   * @param {import("../terms.js").Terms} [options]
   * @returns {Promise<ToolReply>}
   */
  async run({ code, args = [], stdin }, options) {
    const argv = /** @type {[string, ...string[]]} */ (["python", "-c", code, ...args]);
    return replyOf(await this.#processes.run({ argv, ...(stdin === undefined ? {} : { stdin }) }, options));
  }
}

/** Runs a command. */
export class CommandTool {
  #processes;

  /** @param {Processes} processes */
  constructor(processes) {
    this.#processes = processes;
  }

  /**
   * @param {{argv: [string, ...string[]], cwd?: string, env?: Record<string, string>, stdin?: string, limits?: ToolLimits}} request
   * @param {import("../terms.js").Terms} [options]
   * @returns {Promise<ToolReply>}
   */
  async run({ limits: { maxStdoutBytes, maxStderrBytes } = {}, ...request }, options) {
    const limits = {
      ...(maxStdoutBytes === undefined ? {} : { stdoutBytes: maxStdoutBytes }),
      ...(maxStderrBytes === undefined ? {} : { stderrBytes: maxStderrBytes }),
    };
    return replyOf(await this.#processes.run({ ...request, limits }, options));
  }
}

/**
 * @param {Completed} completed
 * @returns {ToolReply}
 */
function replyOf({ exitCode, stdout, stderr, truncated }) {
  return { exitCode, stdout, stderr, truncatedStdout: truncated.stdout, truncatedStderr: truncated.stderr };
}
