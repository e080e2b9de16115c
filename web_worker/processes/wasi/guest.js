/** One run of a WASI command module (preview 1). */
import { WASI, WASIProcExit } from "@bjorn3/browser_wasi_shim";
import { LimitBroken } from "../files/errno.js";
import { preview1 } from "./gaps.js";
import { Memory } from "./memory.js";
import { OpenFolder } from "./open_folder.js";
import { Input, Output } from "./streams.js";

export const NAMESPACE = "wasi_snapshot_preview1";

/**
 * @typedef {object} Program
 * @property {readonly string[]} argv
 * @property {Record<string, string>} env
 * @property {Uint8Array} stdin
 * @property {readonly {path: string, tree: import("../files/tree.js").Tree, isWritable: boolean}[]} volumes
 * @property {(stream: 1 | 2, bytes: Uint8Array) => void} write
 * @property {(ms: number) => void} beforeWait called before it sleeps
 * @property {() => void} afterCall called after everything that the guest asks for
 *
 * @typedef {{reason: "exit" | "trap" | "refused" | "limit", status: number, detail: string, memoryBytes: number}} Ended
 */

/**
 * @param {WebAssembly.Module} module
 * @param {Program} program
 * @returns {Ended}
 */
export function run(module, program) {
  const foreign = WebAssembly.Module.imports(module).find(
    (each) => each.module !== NAMESPACE || each.kind !== "function",
  );
  if (foreign !== undefined)
    return refused(`unknown import: \`${foreign.module}::${foreign.name}\` has not been defined`);
  const shim = new WASI(
    [...program.argv],
    Object.entries(program.env).map((each) => each.join("=")),
    [
      new Input(program.stdin),
      new Output((bytes) => program.write(1, bytes)),
      new Output((bytes) => program.write(2, bytes)),
      ...program.volumes.map((volume) => new OpenFolder(volume, volume.tree.root, volume.path)),
    ],
    { debug: false },
  );
  const memory = new Memory();
  const guard = new Guard(program.afterCall);
  let instance;
  try {
    instance = new WebAssembly.Instance(module, {
      [NAMESPACE]: guard.over(preview1(shim, memory, program.beforeWait)),
    });
  } catch (error) {
    return refused(/** @type {Error} */ (error).message);
  }
  const { _start: start, memory: own } = instance.exports;
  if (typeof start !== "function") return refused("it is not a command: it exports no function _start");
  if (own instanceof WebAssembly.Memory) memory.attach(own);
  /** @type {any} */ (shim).inst = instance;
  const ended = outcomeOf(start, guard);
  return { ...ended, memoryBytes: own instanceof WebAssembly.Memory ? own.buffer.byteLength : 0 };
}

/**
 * @param {Function} start
 * @param {Guard} guard
 * @returns {Omit<Ended, "memoryBytes">}
 */
function outcomeOf(start, guard) {
  try {
    start();
  } catch (error) {
    guard.end ??= error;
  }
  const { end } = guard;
  if (end === null) return { reason: "exit", status: 0, detail: "" };
  if (end instanceof WASIProcExit) return { reason: "exit", status: end.code & 0xff, detail: "" };
  if (end instanceof LimitBroken) return { reason: "limit", status: 0, detail: end.message };
  if (isStackOverflow(end)) return { reason: "trap", status: 0, detail: "its stack overflowed" };
  if (end instanceof WebAssembly.RuntimeError) return { reason: "trap", status: 0, detail: causeOf(end.message) };
  return { reason: "trap", status: 0, detail: "it failed" };
}

/**
 * Whether the engine ran out of stack: Firefox has an error of its own for that.
 * @param {unknown} end
 */
function isStackOverflow(end) {
  return end instanceof RangeError || (end instanceof Error && end.name === "InternalError");
}

/** What ends a guest ends it for good: its own code can catch an exception and go on, and is stopped at its next call. */
class Guard {
  /** @type {unknown} */
  end = null;
  #afterCall;

  /** @param {() => void} afterCall */
  constructor(afterCall) {
    this.#afterCall = afterCall;
  }

  /** @param {import("./memory.js").Functions} functions */
  over(functions) {
    return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, this.#guarded(call)]));
  }

  /** @param {(...args: any[]) => any} call */
  #guarded(call) {
    return (/** @type {any[]} */ ...args) => {
      if (this.end !== null) throw this.end;
      try {
        const result = call(...args);
        this.#afterCall();
        return result;
      } catch (error) {
        // An address outside of its memory is a failure of the guest.
        this.end = error instanceof RangeError ? new WebAssembly.RuntimeError("memory access out of bounds") : error;
        throw this.end;
      }
    };
  }
}

/** Causes in the words of wasmtime, by those of the browsers. @type {[RegExp, string][]} */
const CAUSES = [
  [/unreachable/i, "unreachable"],
  [/\btable\b|indirect call index/i, "table out of bounds"],
  [/out.of.bounds|stack/i, "its stack overflowed"],
  [/by zero/i, "integer division by zero"],
  [/integer overflow|result unrepresentable|divide result/i, "integer overflow"],
  [/signature|null function|indirect call/i, "bad signature"],
  [/trunc|unrepresentable|conversion/i, "bad conversion to integer"],
];

/** @param {string} message of the browser */
function causeOf(message) {
  return CAUSES.find(([words]) => words.test(message))?.[1] ?? "it failed";
}

/**
 * @param {string} detail
 * @returns {Ended}
 */
function refused(detail) {
  return { reason: "refused", status: 0, detail, memoryBytes: 0 };
}
