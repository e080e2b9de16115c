/**
 * Turns one schema with `definitions` into TypeScript declarations.
 * Reads {schema, name} as JSON on stdin, prints {text}.
 */
import { compile } from "json-schema-to-typescript";
import { readInput } from "./stdin.mjs";

const { schema, name } = await readInput();
const text = await compile(schema, name, {
  bannerComment: "",
  additionalProperties: false,
  unreachableDefinitions: true,
  style: { printWidth: 120 },
});
process.stdout.write(JSON.stringify({ text }));
