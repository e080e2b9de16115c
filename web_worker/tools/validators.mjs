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

/** Nothing reads the paths of rules in the schema, which are an eighth of the code, or what a value is part of. */
const UNREAD = [
  /schemaPath:"[^"]*",/g,
  /, ?parentData(:\s?\w+)?, ?parentDataProperty(:\s?("(?:[^"\\]|\\.)*"|\w+))?, ?rootData(=data)?/g,
];
const code = pruned(UNREAD.reduce((text, unread) => text.replaceAll(unread, ""), standaloneCode(ajv, validators)));
if (/parentData|rootData/.test(code)) throw new Error("the code passes on what a value is part of in an unknown way");

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

/**
 * Leave of the schemas in the code only what it reads: the names of members, and values that an error mentions.
 * @param {string} code
 */
function pruned(code) {
  return code.replaceAll(/const (schema\d+) = (\{.*?\});(?=const |function |export )/g, (_, name, json) => {
    const schema = JSON.parse(json);
    const paths = [...code.matchAll(new RegExp(`\\b${name}((?:\\.\\w+)+)`, "g"))].map(([, path]) => path);
    if (paths.length + 1 !== code.match(new RegExp(`\\b${name}\\b`, "g"))?.length)
      throw new Error(`${name} is read in an unknown way`);
    // Longer paths last: they go into what a shorter one has made.
    const kept = {};
    for (const path of paths.sort((one, other) => one.length - other.length))
      keep(schema, kept, path.slice(1).split("."));
    return `const ${name} = ${JSON.stringify(kept)};`;
  });
}

/**
 * @param {any} schema
 * @param {any} kept gets the value at the path
 * @param {readonly string[]} path
 */
function keep(schema, kept, [step, ...further]) {
  const value = schema[step];
  if (further.length > 0) {
    kept[step] ||= {};
    return keep(value, kept[step], further);
  }
  // Of `properties` itself only the names are asked for.
  kept[step] = step === "properties" ? Object.fromEntries(Object.keys(value).map((name) => [name, 0])) : value;
}
