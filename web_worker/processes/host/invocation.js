/** Reads an invocation.v1: shape, paths, texts, sizes. */
import { PROCESS_LIMITS } from "../../generated/facts.js";
import { validateInvocation } from "../../generated/validators.js";
import { problemsOf } from "../../host/wire/inputs.js";
import { above, isText, pathProblem, textProblem } from "./paths.js";
import { EXIT, Refusal } from "./refusal.js";

export const HOME = "/home/user";
const STANDARD_FOLDERS = [HOME, "/tmp"];
const MOST_PROBLEMS = 20;
const encoder = new TextEncoder();

/**
 * @typedef {typeof PROCESS_LIMITS} Limits
 *
 * @typedef {object} Invocation
 * @property {readonly (readonly string[])[]} stages
 * @property {Uint8Array} stdin
 * @property {Map<string, Uint8Array>} files
 * @property {readonly string[]} folders that are there at the start
 * @property {Record<string, string>} env
 * @property {string} cwd
 * @property {string} runtime
 * @property {Limits} limits
 */

/**
 * @param {unknown} value
 * @throws {Refusal} when it has not the shape of an invocation.v1
 */
export function requireShape(value) {
  const error = /** @type {{message: string} | null} */ (problemsOf(validateInvocation, value, "invocation"));
  if (error !== null) throw new Refusal(EXIT.invalid, error.message);
}

/**
 * @param {any} value an invocation.v1, by its shape
 * @param {{limits: Partial<Limits>, runtime: string}} usual where it names none
 * @returns {Invocation}
 * @throws {Refusal} when it is not valid otherwise, or larger than its limits
 */
export function read(value, usual) {
  const { argv, pipeline, stdin = "", files = {}, env = {}, cwd = HOME, runtime = usual.runtime } = value;
  const invocation = {
    stages: pipeline ?? [argv],
    stdin: contentOf(stdin, "/stdin"),
    files: new Map(Object.entries(files).map(([path, each]) => [path, contentOf(each, `/files/${escaped(path)}`)])),
    env,
    cwd,
    runtime,
    limits: { ...PROCESS_LIMITS, ...usual.limits, ...value.limits },
  };
  requireValid(invocation, pipeline !== undefined);
  requireSmall(invocation);
  return { ...invocation, folders: foldersOf(invocation) };
}

/**
 * @param {any} value a content of invocation.v1
 * @param {string} pointer
 * @returns {Uint8Array}
 */
function contentOf(value, pointer) {
  if (typeof value === "string") {
    if (isText(value)) return encoder.encode(value);
    throw invalid([`${pointer}: holds half of a surrogate pair, which is not text`]);
  }
  try {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value.base64) || value.base64.length % 4 !== 0) throw new Error();
    return Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw invalid([`${pointer}: not base64`]);
  }
}

/**
 * @param {Omit<Invocation, "folders">} invocation
 * @param {boolean} isPipeline
 */
function requireValid({ stages, files, env, cwd }, isPipeline) {
  const problems = [...stages.flatMap((stage, at) => commandProblems(stage, isPipeline ? `/pipeline/${at}` : "/argv"))];
  problems.push(...Object.entries(env).flatMap(variableProblems));
  for (const path of files.keys()) {
    const problem = pathProblem(path) ?? (path === "/" ? "a folder" : null);
    if (problem !== null) problems.push(`/files/${escaped(path)}: ${problem}`);
  }
  for (const path of files.keys()) {
    for (const outer of above(path)) {
      if (files.has(outer)) problems.push(`/files/${escaped(path)}: ${outer} is a file, so it has nothing inside`);
    }
  }
  for (const outer of [...above(cwd), cwd]) {
    if (files.has(outer)) problems.push(`/cwd: ${outer} is a file, not a folder`);
  }
  const problem = pathProblem(cwd);
  if (problem !== null) problems.push(`/cwd: ${problem}`);
  if (problems.length > 0) throw invalid(problems);
}

/**
 * @param {readonly string[]} stage
 * @param {string} pointer
 */
function commandProblems(stage, pointer) {
  const problems = stage[0] ? [] : [`${pointer}: must name a command`];
  for (const [number, text] of stage.entries()) {
    const problem = textProblem(text);
    if (problem !== null) problems.push(`${pointer}/${number}: ${problem}`);
  }
  return problems;
}

/** @param {[string, string]} variable */
function variableProblems([name, value]) {
  const isName = name !== "" && !name.includes("=");
  const problem = isName ? textProblem(name) || textProblem(value) : "the name of a variable is not empty and has no =";
  return problem === null ? [] : [`/env/${escaped(name)}: ${problem}`];
}

/** @param {Omit<Invocation, "folders">} invocation */
function requireSmall({ stages, env, files, limits }) {
  const sizeOf = (/** @type {readonly string[]} */ texts) =>
    texts.reduce((sum, text) => sum + encoder.encode(text).length + 1, 0);
  const command = sizeOf(stages.flat());
  const environment = sizeOf(Object.entries(env).map(([name, value]) => `${name}=${value}`));
  for (const [what, size] of /** @type {const} */ ([
    ["command", command],
    ["environment", environment],
  ])) {
    if (size <= limits.commandBytes) continue;
    const message = `the ${what} has ${inWords(size)} bytes, the limit is ${inWords(limits.commandBytes)}`;
    throw new Refusal(EXIT.failed, message, "limit", { limit: "command" });
  }
  const bytes = [...files.values()].reduce((sum, each) => sum + each.length, 0);
  if (bytes > limits.filesBytes) throw tooMuch(`its files have more than ${inWords(limits.filesBytes)} bytes`);
  if (files.size > limits.fileCount) throw tooMuch(`more than ${inWords(limits.fileCount)} files, or as many folders`);
}

/**
 * @param {Omit<Invocation, "folders">} invocation
 * @throws {Refusal} if a file is where a folder is
 */
function foldersOf({ files, cwd }) {
  const inner = [...STANDARD_FOLDERS, cwd, ...files.keys()].flatMap(above);
  const folders = new Set([...STANDARD_FOLDERS, cwd, ...inner]);
  for (const path of files.keys()) {
    if (!folders.has(path)) continue;
    const message = `invalid file ${path}: a folder, or another file's name on this file system`;
    throw new Refusal(EXIT.invalid, message);
  }
  return [...folders].sort();
}

/** @param {readonly string[]} problems */
function invalid(problems) {
  return new Refusal(EXIT.invalid, `invalid invocation: ${problems.slice(0, MOST_PROBLEMS).join("; ")}`);
}

/** @param {string} message */
export function tooMuch(message) {
  return new Refusal(EXIT.failed, message, "limit", { isSilent: true, limit: "files" });
}

/** @param {string} name */
const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** @param {number} count */
export const inWords = (count) => count.toLocaleString("en-US");
