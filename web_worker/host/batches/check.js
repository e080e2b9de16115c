/** Reads a script without running it. */
import { OTHER_SCRIPT, areOf, checkSource, sha256 } from "../checks/scripts.js";
import { PybridgeError } from "../wire/errors.js";
import { messageOf } from "../wire/messages.js";

/**
 * @param {{pool: import("../workers/pool.js").Pool, limits: import("../wire/limits.js").Limits}} uses
 * @param {string} content
 * @param {string} path
 * @returns {Promise<{script: import("../../generated/abi.js").ScriptInfo, problems: object[]}>}
 */
export async function checkScript({ pool, limits }, content, path) {
  const link = await pool.take();
  /** @type {any} */
  let reply;
  const end = await link.exchange(messageOf("check", { path, content }), {
    request: "check",
    deadlineMs: limits.compileS * 1000,
    renews: false,
    doing: "checking the script",
    onMessage(message) {
      if (message.kind === "checked") checkSource({ path, content }, message.script);
      reply = message;
      return true;
    },
  });
  if (!("exit" in end) && reply.kind === "refused") throw new PybridgeError(reply.error);
  if (!("exit" in end) && !areOf([reply.script], [await sha256(content)])) link.kill(OTHER_SCRIPT);
  const exit = "exit" in end ? end.exit : link.exit;
  if (exit !== null) {
    const { code, message } = exit;
    pool.retire(link, exit);
    throw new PybridgeError({ code, message });
  }
  return { script: reply.script, problems: reply.problems };
}
