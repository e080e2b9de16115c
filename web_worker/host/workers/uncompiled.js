/** Metadata of a script that no worker survives compiling. */
import { sha256 } from "../checks/scripts.js";

/**
 * @param {import("./script_index.js").Script} script
 * @param {import("./worker_link.js").WorkerExit} exit of the worker that compiled it
 * @returns {Promise<import("./script_index.js").ScriptInfo>}
 */
export async function uncompiledInfo({ path, content, origin }, { code, message }) {
  const slug = path.replace(/^.*\//, "").replace(/\.py$/, "");
  return /** @type {any} */ ({
    path,
    id: slug,
    slug,
    title: slug,
    kind: "utility",
    entrypoint: "main",
    enabled: false,
    version: 1,
    createdAt: null,
    updatedAt: null,
    aliases: [],
    needs: null,
    body: false,
    params: null,
    origin,
    sha256: await sha256(content),
    problems: [{ code, message: `${path} could not be compiled: ${message}`, script: { path, line: 1, column: 1 } }],
  });
}
