/** Boots the worker of processes from the first message, proves its isolation, then answers over one port. */
import { attest } from "../../worker/boot/attest.js";
import { policyTaken } from "../../worker/boot/first.js";
import { emptyScope } from "../../worker/boot/lockdown.js";
import { fact } from "../../worker/boot/probe.js";
import { NAMESPACE } from "../wasi/guest.js";
import { Session } from "./session.js";

const ABI = 1;
/** The smallest file of WebAssembly. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const LONGEST_MESSAGE = 500;
const scope = /** @type {any} */ (globalThis);

/** @typedef {{port: MessagePort, module: WebAssembly.Module, options: {mark: string, page: string}}} Start */

/** Boot when the first message comes, which carries the port. Later ones are ignored. */
export function serve() {
  scope.onmessage = (/** @type {MessageEvent} */ event) => {
    // Reports that the frame passes on are for the probes.
    if (event.data.kind === "violation") return;
    scope.onmessage = null;
    boot(event.data);
  };
}

/** @param {Start} start */
async function boot({ port, module, options: { mark, page } }) {
  try {
    // WebKit compiles what the policy forbids, and refuses to run it.
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
    const leftovers = emptyScope();
    const attestation = await attest({ leftovers, policyTaken, mark, page }, gatesOf(module));
    const session = new Session(module, (message) => port.postMessage(message));
    port.onmessage = ({ data }) => session.obey(data);
    port.postMessage({ kind: "ready", abi: ABI, attestation });
  } catch (error) {
    port.postMessage({ kind: "failed", message: String(error).slice(0, LONGEST_MESSAGE) });
  }
}

/**
 * A guest reaches JavaScript by its imports only, and all of them are functions of preview 1.
 * @param {WebAssembly.Module} module
 */
function gatesOf(module) {
  const imports = WebAssembly.Module.imports(module);
  const foreign = imports.filter((each) => each.module !== NAMESPACE || each.kind !== "function");
  const names = foreign.map((each) => `${each.module}.${each.name}`);
  return [
    fact("python-bridge", names.length === 0, names.join(", ")),
    fact("import-gate", names.length === 0, `${imports.length} functions of preview 1`),
  ];
}
