/**
 * Checks how the JavaScript modules import each other: no circles, and folders in one direction only. Prints every
 * problem and exits with 1 where there is one.
 *
 * The imports come from the TypeScript compiler, which also reports types that only a JSDoc comment imports.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const CONFIGS = ["tsconfig.json", "tsconfig.worker.json", "tsconfig.service.json"];
const SOURCES = ["web_worker/", "pybridge/studio/page/src/"];

/** Folders by their parent, "." for the files in it: each may import itself and those after it. No folder may be missing. */
const LAYERS = {
  "web_worker/host": [".", "batches", "workers", "sandbox", "checks", "html", "wire"],
  "web_worker/worker": [".", "pyodide", "boot"],
  "web_worker/processes": ["node", "host", "bundles", "worker", ".", "wasi", "files"],
};

/** Folders that never import each other: separate products, and layers that do not meet. */
const INDEPENDENT = [
  ["web_worker/host", "web_worker/worker", "web_worker/frame", "web_worker/service"],
  ["web_worker/host/batches", "web_worker/host/sandbox"],
  ["web_worker/processes/host", "web_worker/processes/worker"],
];

/** Folders that a folder does not import: the client of macros is loaded without what processes need. */
const FORBIDDEN = [
  ["web_worker/host", "web_worker/processes"],
  ["web_worker/worker", "web_worker/processes"],
  ["web_worker/processes/host", "web_worker/worker"],
  ["web_worker/processes/worker", "web_worker/host"],
  ["web_worker/processes/wasi", "web_worker/host"],
  ["web_worker/processes/files", "web_worker/host"],
];

const edges = [...new Set(CONFIGS.flatMap(importsOf))].map((edge) => edge.split(" "));
const problems = [...circles(), ...edges.flatMap(upward), ...edges.flatMap(across), ...edges.flatMap(forbidden)];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (edges.length === 0 || problems.length > 0) process.exitCode = 1;
else process.stdout.write(`${edges.length} imports in JavaScript: no circle, none against the direction\n`);

/**
 * @param {string} config
 * @returns {string[]} "importer imported", both from the root
 */
function importsOf(config) {
  const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const command = [compiler, "-p", config, "--explainFiles", "--listFilesOnly"];
  const output = execFileSync(process.execPath, command, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 });
  const found = [];
  let imported = "";
  for (const line of output.split("\n")) {
    if (!line.startsWith(" ")) imported = line;
    const importer = /^ +Imported via .* from file '([^']+)'/.exec(line)?.[1] ?? "";
    if (isSource(importer) && isSource(imported)) found.push(`${importer} ${imported}`);
  }
  return found;
}

/** @param {string} file */
function isSource(file) {
  return SOURCES.some((folder) => file.startsWith(folder));
}

/** @returns {string[]} one line for each import that closes a circle */
function circles() {
  const targets = new Map();
  for (const [from, to] of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const found = [];
  const done = new Set();
  const visit = (/** @type {string} */ file, /** @type {string[]} */ trail) => {
    const start = trail.indexOf(file);
    if (start >= 0) found.push(`import circle: ${[...trail.slice(start), file].join(" -> ")}`);
    if (done.has(file)) return;
    done.add(file);
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}

/** @param {string[]} edge */
function upward([from, to]) {
  return Object.entries(LAYERS).flatMap(([parent, order]) => {
    const [above, below] = [from, to].map((file) => folderOf(parent, file));
    const unlisted = [above, below].filter((folder) => folder !== null && !order.includes(folder));
    if (unlisted.length > 0) return [`on no layer of ${parent}: ${unlisted.join(", ")}`];
    if (above === null || below === null || order.indexOf(above) <= order.indexOf(below)) return [];
    return [`import against the direction: ${from} -> ${to}`];
  });
}

/**
 * @param {string} parent
 * @param {string} file
 * @returns {string | null} the folder below *parent*; null for a file elsewhere
 */
function folderOf(parent, file) {
  if (!file.startsWith(`${parent}/`)) return null;
  const [first, ...others] = file.slice(parent.length + 1).split("/");
  return others.length === 0 ? "." : first;
}

/** @param {string[]} edge */
function across([from, to]) {
  const within = (/** @type {string} */ file) => (/** @type {string} */ folder) => file.startsWith(`${folder}/`);
  return INDEPENDENT.flatMap((folders) => {
    const [one, other] = [from, to].map((file) => folders.find(within(file)));
    return one && other && one !== other ? [`import between independent folders: ${from} -> ${to}`] : [];
  });
}

/** @param {string[]} edge */
function forbidden([from, to]) {
  const isOne = FORBIDDEN.some(([one, other]) => from.startsWith(`${one}/`) && to.startsWith(`${other}/`));
  return isOne ? [`forbidden import: ${from} -> ${to}`] : [];
}
