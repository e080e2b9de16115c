/** Prints what the rules of processes in a page say of the values on stdin, for a comparison with those in Python. */
import { commandOf } from "../../web_worker/processes/host/commands.js";
import { SITE_PACKAGES, START, START_NAME, withAbsoluteScript } from "../../web_worker/processes/host/cpython.js";
import { joined, pathProblem } from "../../web_worker/processes/host/paths.js";
import { Refusal } from "../../web_worker/processes/host/refusal.js";
import { wordsOf } from "../../web_worker/processes/host/words.js";
import { readInput } from "../../web_worker/tools/stdin.mjs";

const { lines, paths, argvs, commands } = await readInput();
const answers = {
  start: [SITE_PACKAGES, START_NAME, START],
  words: lines.map((line) => wordsOf(line)),
  problems: paths.map((path) => pathProblem(path)),
  joined: paths.map((path) => joined("/home/user", path)),
  scripts: argvs.map((argv) => withAbsoluteScript(argv, "/home/user")),
  commands: commands.map(found),
};
process.stdout.write(JSON.stringify(answers));

function found({ argv, tools, allowed, first }) {
  const content = first === null ? undefined : new TextEncoder().encode(first);
  try {
    return commandOf({ tools: new Set(tools), allowed }, argv, "/home/user", () => content);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { exitCode: error.exitCode, message: error.message };
  }
}
