/** Reads a script without running it. */
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
    deadlineMs: limits.compileS * 1000,
    renews: false,
    doing: "checking the script",
    onMessage(message) {
      reply = message;
      return true;
    },
  });
  if ("exit" in end) {
    const { code, message } = end.exit;
    pool.retire(link, end.exit);
    throw new PybridgeError({ code, message });
  }
  if (reply.kind === "refused") throw new PybridgeError(reply.error);
  return { script: reply.script, problems: reply.problems };
}
