/** The Pythons that processes run: their files in the built folder, and how each is started. */
import { RUNTIME_VERSIONS } from "../../generated/facts.js";
import { folders, VARIABLES, withAbsoluteScript } from "./cpython.js";

export const CPYTHON = "cpython";

/**
 * @typedef {object} Runtime
 * @property {string} file its WASI module
 * @property {string} hint to get a built folder with it
 * @property {string} version
 * @property {Record<string, string>} env variables that a process may overwrite
 * @property {() => Record<string, Map<string, Uint8Array>>} folders what it reads beside the files of the process
 * @property {(argv: readonly string[], cwd: string) => {argv: readonly string[], env: Record<string, string>}} adapt
 *   returns the arguments that the module gets, and further variables
 */

const HINT = "build the folder with `pybridge build --processes`";

/** @type {Readonly<Record<string, Runtime>>} */
const RUNTIMES = {
  cpython: {
    file: "python.wasm",
    hint: HINT,
    version: RUNTIME_VERSIONS.cpython,
    env: VARIABLES,
    folders,
    adapt: withAbsoluteScript,
  },
  // It enters the working folder by itself.
  micropython: {
    file: "micropython.wasm",
    hint: `run \`make runtimes\` in a checkout of pybridge, then ${HINT}`,
    version: RUNTIME_VERSIONS.micropython,
    env: {},
    folders: () => ({}),
    adapt: (argv) => ({ argv, env: {} }),
  },
};

/** Those that pages can have. */
export const NAMES = Object.keys(RUNTIMES);

/**
 * @param {string} name
 * @returns {Runtime | null} null for one that pages do not have
 */
export function runtimeOf(name) {
  return Object.hasOwn(RUNTIMES, name) ? RUNTIMES[name] : null;
}
