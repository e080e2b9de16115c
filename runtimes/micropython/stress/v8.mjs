/**
 * Runs the module in V8: each line of standard input is a JSON text `{"argv": […]}`, each line out `{"status", "output"}`, where
 * the output is the base64 of both streams. The functions of WASI are those of the worker of a page.
 */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Tree } from "../../../web_worker/processes/files/tree.js";
import { run } from "../../../web_worker/processes/wasi/guest.js";

const module = await WebAssembly.compile(await readFile(process.argv[2]));

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line).argv))}\n`);
}

/** @param {string[]} argv */
function answer(argv) {
  /** @type {Record<1 | 2, Uint8Array[]>} */
  const written = { 1: [], 2: [] };
  const { reason, status, detail } = run(module, {
    argv,
    env: {},
    stdin: new Uint8Array(),
    volumes: [{ path: "/", tree: new Tree(), isWritable: true }],
    write: (stream, bytes) => written[stream].push(bytes.slice()),
    beforeWait: () => {},
    afterCall: () => {},
  });
  const output = Buffer.concat([...written[1], ...written[2]]).toString("base64");
  return { status: reason === "exit" ? status : `${reason}: ${detail}`, output };
}
