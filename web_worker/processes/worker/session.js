/** Runs the commands of one process after another, and tells the host at once what each does. */
import { LimitBroken } from "../files/errno.js";
import { ChangeLog } from "../files/changes.js";
import { Tree } from "../files/tree.js";
import { run } from "../wasi/guest.js";
import { OutputStream } from "./output_stream.js";

/** Compiled modules that are kept, beside the interpreter. */
const MOST_MODULES = 4;

/** A wait before which all changes are told, whatever that takes. */
const LONG_WAIT_MS = 1000;

/**
 * @typedef {import("../messages.js").Begin} Begin
 * @typedef {import("../messages.js").Run} Run
 * @typedef {import("../messages.js").Told} Told
 */

export class Session {
  #interpreter;
  #tell;
  #tree = new Tree();
  /** @type {ChangeLog} */
  #log;
  /** @type {Map<string, WebAssembly.Module>} */
  #modules = new Map();

  /**
   * @param {WebAssembly.Module} interpreter
   * @param {(message: Told) => void} tell
   */
  constructor(interpreter, tell) {
    this.#interpreter = interpreter;
    this.#tell = tell;
    this.#log = this.#newLog();
  }

  /** @param {Begin | Run} message */
  obey(message) {
    if (message.kind === "begin") return this.#begin(message);
    return this.#run(message);
  }

  /** @param {Begin} message */
  #begin({ files, folders, limits }) {
    this.#tree = treeOf(files, folders);
    this.#tree.limit(limits);
    this.#log = this.#newLog();
  }

  #newLog() {
    return new ChangeLog(this.#tree, (changes) => this.#tell({ kind: "files", changes }));
  }

  /** @param {Run} message */
  async #run({ id, module, argv, env, stdin, folders, streamBytes }) {
    const streams = [new OutputStream(1, streamBytes[0], this.#tell), new OutputStream(2, streamBytes[1], this.#tell)];
    /** @type {import("../wasi/guest.js").Ended} */
    let ended;
    try {
      ended = run(await this.#moduleOf(module), {
        argv,
        env,
        stdin,
        volumes: [
          { path: "/", tree: this.#tree, isWritable: true },
          ...Object.entries(folders).map(([path, files]) => ({ path, tree: treeOf(files, []), isWritable: false })),
        ],
        write: (stream, bytes) => streams[stream - 1].write(bytes),
        beforeWait: (ms) => {
          if (ms >= LONG_WAIT_MS) this.#log.tellAll();
          for (const stream of streams) stream.flush();
        },
        afterCall: () => {
          this.#log.tellSoon();
          for (const stream of streams) stream.flushLate();
        },
      });
      // After a limit was broken no files are returned.
      if (ended.reason !== "limit") this.#log.tellAll();
    } catch (error) {
      const reason = error instanceof LimitBroken ? "limit" : "refused";
      ended = { reason, status: 0, detail: /** @type {Error} */ (error).message, memoryBytes: 0 };
    }
    for (const stream of streams) stream.flush();
    this.#tell({ kind: "ended", id, ...ended });
  }

  /**
   * @param {Run["module"]} wanted null for the interpreter as it is
   */
  async #moduleOf(wanted) {
    if (wanted === null) return this.#interpreter;
    const known = this.#modules.get(wanted.key);
    if (known !== undefined) return known;
    const compiled = await WebAssembly.compile(await wanted.wasm.arrayBuffer());
    if (this.#modules.size >= MOST_MODULES) this.#modules.clear();
    this.#modules.set(wanted.key, compiled);
    return compiled;
  }
}

/**
 * @param {Map<string, Uint8Array>} files
 * @param {readonly string[]} folders
 */
function treeOf(files, folders) {
  const tree = new Tree();
  for (const path of folders) tree.placeFolder(path);
  for (const [path, content] of files) tree.place(path, content);
  return tree;
}
