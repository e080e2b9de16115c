/** In Node: `node node.js`. */
import * as pybridge from "pybridge-runtime/processes";
import { runAgent } from "./agent.js";

await runAgent(pybridge, {}, (line) => void process.stdout.write(`${line}\n`));
