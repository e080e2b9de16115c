/**
 * Makes a classic script of the built client, for pages that cannot import modules; called by the build
 * with one JSON document on stdin: {root, folder, outfile, globalName}. Prints {outfile} on stdout.
 */
import path from "node:path";
import { build } from "esbuild";
import { readInput } from "./stdin.mjs";

const { root, folder, outfile, globalName } = await readInput();
await build({
  entryPoints: [path.join(folder, "client.js")],
  outfile: path.join(folder, outfile),
  bundle: true,
  minify: true,
  format: "iife",
  globalName,
  charset: "ascii",
  legalComments: "none",
  // Composed with the client's own: it leads to the sources, too.
  sourcemap: "linked",
  logLevel: "error",
  target: "es2022",
  absWorkingDir: root,
});
process.stdout.write(JSON.stringify({ outfile }));
