/**
 * Starts `pybridge serve` from Node, or Electron's main process, and speaks to it over its standard input and output.
 * @import { Service } from "./client.js"
 */
import { spawn } from "node:child_process";
import { connect } from "./client.js";
import { lineReader } from "./lines.js";

export { ServiceError } from "./errors.js";
export { EVENTS, METHODS } from "./generated/methods.js";

const LAST_WORDS_MS = 10_000;

/**
 * @typedef {object} StartOptions
 * @property {string} project the project's folder
 * @property {string} [command] the program; default: `pybridge` on the PATH
 * @property {string[]} [args] arguments before `serve`, such as `["-m", "pybridge"]`
 * @property {NodeJS.ProcessEnv} [env] its environment; default: this process's
 * @property {number} [timeoutMs] milliseconds that a call may take unless it says otherwise
 * @property {(text: string) => void} [onLog] called with its standard error
 */

/**
 * Starts the service; `close` ends it, and so does the end of this process.
 * @param {StartOptions} options
 * @returns {Service & {pid: number | undefined}}
 */
export function startService({ project, command = "pybridge", args = [], env, timeoutMs, onLog }) {
  const child = spawn(command, [...args, "serve", "--project", project], {
    env: env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text) => onLog?.(text));
  const service = connect((receiver) => overChild(child, receiver), { timeoutMs });
  return Object.freeze({ ...service, pid: child.pid });
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @param {import("./client.js").Receiver} receiver
 * @returns {import("./client.js").Transport}
 */
function overChild(child, receiver) {
  /** @type {Promise<void>} */
  const gone = new Promise((resolve) => {
    child.once("error", (error) => {
      receiver.closed(`the service did not start: ${error.message}`);
      resolve();
    });
    child.once("close", (code, signal) => {
      receiver.closed(`the service has ended: ${signal ?? `exit code ${code}`}`);
      resolve();
    });
  });
  child.stdin.on("error", () => {}); // the end of the process says it too
  child.stdout.on("data", lineReader(receiver.message));
  return {
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), LAST_WORDS_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}
