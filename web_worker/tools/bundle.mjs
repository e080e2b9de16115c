/**
 * Bundles the JavaScript products; called by `pybridge build` with one JSON document on stdin:
 * {root, pyodide, outdir, minify, only, edits}. Prints {files: {name: bytes}, packages} on stdout; `packages` are the
 * places of the npm packages whose code was bundled.
 *
 * `only` names the products to write; without it all are. `edits` maps source files, below root, to pairs of a text
 * and its replacement: a test builds a product with one layer off.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { packagesIn } from "./packages.mjs";
import { movedSources } from "./source_maps.mjs";
import { readInput } from "./stdin.mjs";

const { root, pyodide, outdir, minify, only, edits = {} } = await readInput();

const common = {
  bundle: true,
  minify,
  charset: "ascii",
  legalComments: "none",
  logLevel: "error",
  target: "es2022",
  write: true,
  metafile: true,
  absWorkingDir: root,
};

/**
 * `isMapped` writes a source map beside the product. The worker and the frame have none: they run from a blob and from within
 * frame.htm, without an address that a map could be found from, and no text of their errors reaches the page.
 */
const products = [
  {
    entry: "web_worker/worker/main.js",
    out: "worker.bin",
    format: "iife",
    banner: '"use strict";',
    plugins: [pyodideFrom(pyodide)],
  },
  { entry: "web_worker/processes/worker/main.js", out: "processes.bin", format: "iife", banner: '"use strict";' },
  { entry: "web_worker/frame/frame.js", out: "frame.js", format: "iife", banner: '"use strict";' },
  { entry: "web_worker/host/client.js", out: "client.js", format: "esm", isMapped: true },
  { entry: "web_worker/processes/host/processes.js", out: "processes.js", format: "esm", isMapped: true },
  { entry: "web_worker/processes/node/processes.js", out: "processes_node.js", format: "esm", isMapped: true },
  { entry: "web_worker/service/node.js", out: "service.js", format: "esm", isMapped: true },
];

const files = {};
const packages = new Set();
for (const { entry, out, format, banner = "", plugins = [], isMapped = false } of products) {
  if (only && !only.includes(out)) continue;
  const result = await build({
    ...common,
    entryPoints: [path.join(root, entry)],
    outfile: path.join(outdir, out),
    format,
    sourcemap: isMapped ? "linked" : false,
    banner: { js: banner },
    // The bundle has no URL of its own, and must not be given one: Pyodide only concatenates it.
    define: { "import.meta.url": '"https://pyodide.invalid/"' },
    external: ["node:*", "ws"],
    plugins: [edited(edits), ...plugins],
  });
  if (isMapped) await moveSources(path.join(outdir, `${out}.map`));
  for (const [name, { bytes }] of Object.entries(result.metafile.outputs)) files[path.basename(name)] = bytes;
  for (const place of packagesIn(result.metafile)) packages.add(place);
}
process.stdout.write(JSON.stringify({ files, packages: [...packages].sort() }));

/** @param {string} file a source map, rewritten in place */
async function moveSources(file) {
  const map = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...map, sources: movedSources(map.sources, outdir, root) }));
}

/**
 * Resolve `pyodide/…` to the pinned package and make its two direct evals indirect: they stay
 * impossible under the policy, but a direct one would keep the whole bundle from being minified.
 * @param {string} folder
 */
function pyodideFrom(folder) {
  return {
    name: "pinned-pyodide",
    setup(/** @type {import("esbuild").PluginBuild} */ api) {
      api.onResolve({ filter: /^pyodide\// }, (args) => ({
        path: path.join(folder, args.path.slice("pyodide/".length)),
      }));
      api.onLoad({ filter: /pyodide\.asm\.mjs$/ }, async (args) => {
        const source = await readFile(args.path, "utf8");
        return { contents: source.replaceAll("=eval(func)", "=(0,eval)(func)"), loader: "js" };
      });
    },
  };
}

/**
 * Replace texts in source files as they are read.
 * @param {Record<string, [string, string][]>} edits
 */
function edited(edits) {
  return {
    name: "edited-sources",
    setup(/** @type {import("esbuild").PluginBuild} */ api) {
      for (const [name, changes] of Object.entries(edits)) {
        const file = path.join(root, name);
        api.onLoad({ filter: new RegExp(`${path.basename(name).replace(".", "\\.")}$`) }, async (args) => {
          if (args.path !== file) return undefined;
          const source = await readFile(file, "utf8");
          const contents = changes.reduce((text, [from, to]) => text.replaceAll(from, () => to), source);
          return { contents, loader: "js" };
        });
      }
    },
  };
}
