/**
 * Starts `pybridge serve` from Node, or Electron's main process, and speaks to it over its standard input and output.
 * @import { Service } from "./client.js"
 */
import { startProgram } from "./child.js";
import { connect } from "./client.js";

export { ServiceError } from "./errors.js";
export { ToolFailed } from "./tools.js";
export { EVENTS, METHODS } from "./generated/methods.js";

/**
 * @typedef {object} ServiceOptions
 * @property {string} project the project's folder
 * @property {number} [timeoutMs] milliseconds that a call may take unless it says otherwise
 *
 * @typedef {ServiceOptions & import("./tools.js").HostTools & import("./child.js").ProgramOptions} StartOptions
 */

/**
 * Starts the service; `close` ends it, and so does the end of this process.
 * @param {StartOptions} options
 * @returns {Service & {pid: number | undefined}}
 */
export function startService({ project, timeoutMs, tools, allow, limits, ...program }) {
  const { pid, open } = startProgram(["serve", "--project", project], program);
  return Object.freeze({ ...connect(open, { timeoutMs, tools, allow, limits }), pid });
}
