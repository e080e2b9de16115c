/** Paths as a process sees them: absolute, with `/` between the parts. */

/** Folders inside each other. */
const DEEPEST = 64;
const LONGEST = 1024;
const LONGEST_NAME = 255;
const encoder = new TextEncoder();

/**
 * @param {string} path
 * @returns {string | null} why it is not the path of a file or folder; null if it is
 */
export function pathProblem(path) {
  const parts = path.split("/").slice(1);
  if (!path.startsWith("/")) return `${quoted(path)} is not an absolute path`;
  const problem = textProblem(path);
  if (problem !== null) return `the path ${problem}`;
  if (path !== "/" && parts.some((part) => ["", ".", ".."].includes(part))) {
    return `${quoted(path)} holds an empty part, . or ..`;
  }
  const sizes = parts.map((part) => encoder.encode(part).length);
  const size = sizes.reduce((sum, each) => sum + each, sizes.length);
  if (size > LONGEST || Math.max(...sizes) > LONGEST_NAME || parts.length > DEEPEST) {
    return `${quoted(path)}… is too long, or has too many folders inside each other`;
  }
  return null;
}

/**
 * @param {string} folder
 * @param {string} path may be relative to the folder
 * @returns {string} absolute, without `.` and `..`
 */
export function joined(folder, path) {
  /** @type {string[]} */
  const parts = [];
  for (const part of `${path.startsWith("/") ? "" : folder}/${path}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/**
 * @param {string} path absolute
 * @returns {string[]} the folders above it, without the root
 */
export function above(path) {
  const parts = path.split("/");
  return parts.slice(2).map((_, number) => parts.slice(0, number + 2).join("/"));
}

/** @param {string} text */
export function isText(text) {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * @param {string} text
 * @returns {string | null} why it cannot be passed to a process; null if it can
 */
export function textProblem(text) {
  if (text.includes("\0")) return "holds a NUL character";
  return isText(text) ? null : "is not text: it holds half of a surrogate pair, or a byte that is not UTF-8";
}

/** @param {string} text */
function quoted(text) {
  const characters = [...text].slice(0, 80).join("");
  return characters.includes("'") && !characters.includes('"') ? `"${characters}"` : `'${characters}'`;
}
