/** In a page. */
import { runAgent } from "./agent.js";
import * as pybridge from "./pybridge/processes.js";

const output = /** @type {HTMLElement} */ (document.getElementById("output"));
const tell = (/** @type {string} */ line) => output.append(`${line}\n`);
try {
  await runAgent(pybridge, { assets: "./pybridge/" }, tell);
} catch (error) {
  tell(String(error));
}
document.body.dataset.state = "ended";
