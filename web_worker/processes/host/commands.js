/** Which module a command is: `python`, a registered tool, or a file whose first line names one of them. */
import { EXIT, Refusal } from "./refusal.js";
import { joined } from "./paths.js";
import { wordsOf } from "./words.js";

export const PYTHON = "python";

const PYTHON_NAMES = /^python(?:3(?:\.\d+)?)?$/;
const TOOL_NAMES = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}$/;
const PROGRAM_FOLDERS = ["/bin", "/usr/bin", "/usr/local/bin"];
const SHEBANG_BYTES = 256;

/**
 * @typedef {object} Command
 * @property {string} name `python`, or the name of a tool
 * @property {readonly string[]} argv the first is the name that was used
 *
 * @typedef {object} Known
 * @property {{has: (name: string) => boolean}} tools beside `python`
 * @property {readonly string[] | null} allowed null for all
 */

/**
 * @param {Known} known
 * @param {readonly string[]} argv
 * @param {string} cwd
 * @param {(path: string) => Uint8Array | undefined} read returns the content of a file of the process
 * @returns {Command}
 * @throws {Refusal}
 */
export function commandOf(known, argv, cwd, read) {
  const [name, ...rest] = argv;
  if (!name.includes("/") || PROGRAM_FOLDERS.includes(folderOf(name))) return named(known, baseOf(name), name, argv);
  const path = joined(cwd, name);
  const content = read(path);
  if (content === undefined) throw notFound(name);
  const interpreter = interpreterOf(content.subarray(0, SHEBANG_BYTES));
  if (interpreter.length === 0) {
    throw new Refusal(EXIT.notFound, `${name}: not found: its first line is not \`#!\` and a program`);
  }
  return named(known, interpreter[0], interpreter[0], [...interpreter, path, ...rest]);
}

/**
 * Refuse a command that is named without a path, if it would be refused.
 * @param {Known} known
 * @param {readonly string[]} argv
 * @throws {Refusal}
 */
export function requireByName(known, argv) {
  if (!argv[0].includes("/")) named(known, argv[0], argv[0], argv);
}

/** @param {string} name */
export function isToolName(name) {
  return TOOL_NAMES.test(name) && !PYTHON_NAMES.test(name);
}

/**
 * @param {Known} known
 * @param {string} name
 * @param {string} shown
 * @param {readonly string[]} argv
 * @returns {Command}
 */
function named({ tools, allowed }, name, shown, argv) {
  const isPython = PYTHON_NAMES.test(name);
  if (!tools.has(name) && !isPython) throw notFound(shown);
  const command = { name: tools.has(name) ? name : PYTHON, argv };
  const isAllowed = allowed?.some((each) => each === name || (isPython && PYTHON_NAMES.test(each))) ?? true;
  if (!isAllowed) throw new Refusal(EXIT.denied, `${shown}: tool not allowed by security policy`, "denied");
  return command;
}

/** @param {string} name */
const notFound = (name) => new Refusal(EXIT.notFound, `${name}: not found`);

/**
 * @param {Uint8Array} start of a file
 * @returns {string[]} the program of its first line with its arguments; empty if it names none
 */
function interpreterOf(start) {
  const text = new TextDecoder().decode(start);
  const line = text.split("\n", 1)[0].trim();
  if (!line.startsWith("#!")) return [];
  let words = wordsOf(line.slice(2)) ?? [];
  if (words.length > 0 && baseOf(words[0]) === "env") words = words.slice(1).filter((word) => word !== "-S");
  if (words.length > 0 && PROGRAM_FOLDERS.includes(folderOf(words[0]))) words[0] = baseOf(words[0]);
  return words;
}

/** @param {string} path */
const baseOf = (path) => path.slice(path.lastIndexOf("/") + 1);

/** @param {string} path */
const folderOf = (path) => path.slice(0, Math.max(0, path.lastIndexOf("/"))).replace(/\/+$/, "");
