/** Milliseconds of one pass over the documents given as JSON on stdin: `[text]` → `{ms}`. */
import { readFileSync } from "node:fs";
import { expandDocument } from "./legacy_macros/index.mjs";

const texts = JSON.parse(readFileSync(0, "utf-8"));
const expand = () => texts.map((text) => expandDocument(text, {}));
expand(); // the first pass compiles
const started = performance.now();
expand();
process.stdout.write(JSON.stringify({ ms: performance.now() - started }));
