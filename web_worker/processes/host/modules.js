/** Modules that workers compile themselves: tools, and Pythons but the one that the sandbox compiled. */
import { withLimits } from "./module_limits.js";

const MOST_KEPT = 16;

/** @typedef {import("./runtimes.js").Runtime} Runtime */

export class Modules {
  #wasmOf;
  #compiled;
  /** @type {Map<string, Blob>} */
  #tools = new Map();
  /** Modules with their limits. @type {Map<string, Promise<Blob>>} */
  #limited = new Map();

  /**
   * @param {(runtime: Runtime) => Promise<Blob>} wasmOf
   * @param {{runtime: Runtime, memoryBytes: number}} compiled the Python that the sandbox has compiled already
   */
  constructor(wasmOf, compiled) {
    this.#wasmOf = wasmOf;
    this.#compiled = compiled;
  }

  /** @param {string} name */
  has(name) {
    return this.#tools.has(name);
  }

  /**
   * @param {string} name
   * @param {Blob} wasm
   */
  add(name, wasm) {
    this.#tools.set(name, wasm);
  }

  /**
   * @param {string} name
   * @param {number} memoryBytes
   * @throws {import("./module_limits.js").Unlimitable}
   */
  async ofTool(name, memoryBytes) {
    return this.#of(`tool ${name}`, async () => /** @type {Blob} */ (this.#tools.get(name)), memoryBytes);
  }

  /**
   * @param {Runtime} runtime
   * @param {number} memoryBytes
   * @returns {Promise<{key: string, wasm: Blob} | null>} null for Python as it was compiled
   * @throws {import("./module_limits.js").Unlimitable}
   */
  async ofPython(runtime, memoryBytes) {
    if (runtime === this.#compiled.runtime && memoryBytes === this.#compiled.memoryBytes) return null;
    return this.#of(runtime.file, () => this.#wasmOf(runtime), memoryBytes);
  }

  /**
   * @param {string} name
   * @param {() => Promise<Blob>} bring
   * @param {number} memoryBytes
   */
  async #of(name, bring, memoryBytes) {
    const key = `${name}/${memoryBytes}`;
    let limited = this.#limited.get(key);
    if (limited === undefined) {
      if (this.#limited.size >= MOST_KEPT) this.#limited.clear();
      limited = bring().then((wasm) => withLimits(wasm, memoryBytes));
      this.#limited.set(key, limited);
      // What could not be loaded once may be there the next time.
      limited.catch(() => this.#limited.delete(key));
    }
    return { key, wasm: await limited };
  }
}
