/** Expand the documents given as JSON on stdin with the JavaScript macros: `[{text, around}]` → `[text]`. */

import { readFileSync } from "node:fs";
import { expandDocument } from "../../pybridge/bench/baselines/legacy_macros/index.mjs";

const cases = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(cases.map(({ text, around }) => expandDocument(text, around))));
