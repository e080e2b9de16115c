/** Runs the invocations on stdin from Node, several at a time; prints their outcomes in order. */
import { PythonProcess } from "../../web_worker/processes/node/processes.js";
import { readInput } from "../../web_worker/tools/stdin.mjs";

const { command, runtime, invocations } = await readInput();
const processes = await PythonProcess.start({ command, args: ["-m", "pybridge"], runtime });
const completed = [];
let next = 0;
const worker = async () => {
  for (let at = next++; at < invocations.length; at = next++) completed[at] = await processes.run(invocations[at]);
};
await Promise.all([worker(), worker()]);
await processes.dispose();
process.stdout.write(JSON.stringify(completed));
