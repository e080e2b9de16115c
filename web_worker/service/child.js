/** The command line as a child process that speaks JSON over its standard input and output, a document per line. */
import { spawn } from "node:child_process";
import { lineReader } from "./lines.js";

const LAST_WORDS_MS = 10_000;
/** Characters of standard error that are kept for the reason of its end. */
const MOST_KEPT = 4000;
/** An error as the command line prints it. */
const ERROR = /^error: (.+)(?:\n {2}hint: (.+))?/gm;
const INSTALL = "name the program in `command`, or install it: pip install pybridge-runtime";

/**
 * @typedef {object} ProgramOptions
 * @property {string} [command] the program; default: `pybridge` on the PATH
 * @property {string[]} [args] arguments before those of the program, such as `["-m", "pybridge"]`
 * @property {Record<string, string | undefined>} [env] its environment; default: this process's
 * @property {(text: string) => void} [onLog] called with its standard error
 */

/**
 * Starts the program; closing its transport ends it, and so does the end of this process.
 * @param {readonly string[]} words the command line
 * @param {ProgramOptions} options
 * @returns {{pid: number | undefined, open: import("./client.js").OpenTransport}}
 */
export function startProgram(words, { command = "pybridge", args = [], env, onLog }) {
  const child = spawn(command, [...args, ...words], {
    env: env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  child.stderr.setEncoding("utf8");
  let log = "";
  child.stderr.on("data", (text) => {
    log = (log + text).slice(-MOST_KEPT);
    onLog?.(text);
  });
  return { pid: child.pid, open: (receiver) => overChild(child, receiver, () => log) };
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @param {import("./client.js").Receiver} receiver
 * @param {() => string} logOf returns the end of its standard error
 * @returns {import("./client.js").Transport}
 */
function overChild(child, receiver, logOf) {
  /** @type {Promise<void>} */
  const gone = new Promise((resolve) => {
    child.once("error", (error) => {
      receiver.closed(`the service did not start: ${error.message}`, INSTALL);
      resolve();
    });
    child.once("close", (code, signal) => {
      const [, why, hint] = (code ? [...logOf().matchAll(ERROR)].at(-1) : null) ?? [];
      const how = signal ?? `exit code ${code}`;
      receiver.closed(`the service has ended: ${why === undefined ? how : `${why} (${how})`}`, hint);
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
