/**
 * Bundles the studio's page; called by `pybridge studio` with one JSON document on stdin:
 * {root, page, schemas, outdir}. Prints {files: {name: bytes}, packages} on stdout, as bundle.mjs does.
 */
import path from "node:path";
import { build } from "esbuild";
import { packagesIn } from "./packages.mjs";
import { readInput } from "./stdin.mjs";

const { root, page, schemas, outdir } = await readInput();

const result = await build({
  entryPoints: [path.join(page, "src", "main.js"), path.join(page, "style", "main.css")],
  entryNames: "studio",
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  logLevel: "error",
  target: "es2022",
  metafile: true,
  absWorkingDir: root,
  // The page's sources are not below node_modules/ once pybridge is installed.
  nodePaths: [path.join(root, "node_modules")],
  alias: { "#schemas": schemas },
});
const sizes = Object.entries(result.metafile.outputs).map(([name, { bytes }]) => [path.basename(name), bytes]);
process.stdout.write(JSON.stringify({ files: Object.fromEntries(sizes), packages: packagesIn(result.metafile) }));
