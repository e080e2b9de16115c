/**
 * Normalise HTML with the client's code. The first line on stdin holds the names of characters, `{"amp;": "&"}`; each
 * further one is answered: `[html]` by `[[html, isExact, isPlain, leftOut, frames] | null]`.
 */
import { createInterface } from "node:readline";
import { frameHosts } from "../../web_worker/host/html/frame_hosts.js";
import { createNormaliser } from "../../web_worker/host/html/normalise.js";

/** @type {ReturnType<typeof createNormaliser> | undefined} */
let normalise;

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const given = JSON.parse(line);
  if (normalise === undefined) {
    const names = new Map(Object.entries(given));
    normalise = createNormaliser({ hosts: frameHosts(undefined), names: (name) => names.get(`${name};`) });
  } else {
    const found = given.map(normalise);
    const answers = found.map((each) => each && [each.html, each.isExact, each.isPlain, each.leftOut, each.frames]);
    process.stdout.write(`${JSON.stringify(answers.map((each) => each ?? null))}\n`);
  }
}
