/**
 * Compiles schemas into one module without dependencies and without code generation at run time.
 * Reads {schemas, validators: {exportName: uri}} as JSON on stdin, prints {text, packages}; `packages` are the
 * places of the npm packages whose code is in the text.
 */
import { fileURLToPath } from "node:url";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { createAjv } from "./ajv.mjs";
import { packagesIn } from "./packages.mjs";
import { readInput } from "./stdin.mjs";

const { schemas, validators } = await readInput();
const ajv = createAjv(schemas);
for (const uri of Object.values(validators)) ajv.getSchema(uri);
const standaloneCode = /** @type {any} */ (standalone).default ?? standalone;

/** Nothing reads the paths of rules in the schema, which are an eighth of the code. */
const code = standaloneCode(ajv, validators).replaceAll(/schemaPath:"[^"]*",/g, "");

const { outputFiles, metafile } = await build({
  stdin: {
    contents: code,
    resolveDir: fileURLToPath(new URL(".", import.meta.url)),
  },
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "ascii",
  minify: true,
  lineLimit: 120,
  legalComments: "none",
  logLevel: "error",
  write: false,
  metafile: true,
});
process.stdout.write(JSON.stringify({ text: outputFiles[0].text, packages: packagesIn(metafile) }));
