/** Modules that workers compile themselves: tools, and Python with another limit of memory. */
import { withMemoryLimit } from "./memory_limit.js";

const MOST_KEPT = 16;

export class Modules {
  #python;
  #usualBytes;
  /** @type {Map<string, Blob>} */
  #tools = new Map();
  /** Modules with their limits. @type {Map<string, Promise<Blob>>} */
  #limited = new Map();

  /**
   * @param {() => Promise<Blob>} python
   * @param {number} usualBytes of memory, with which Python is compiled already
   */
  constructor(python, usualBytes) {
    this.#python = python;
    this.#usualBytes = usualBytes;
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
   * @param {string | null} tool null for Python
   * @param {number} memoryBytes
   * @returns {Promise<{key: string, wasm: Blob} | null>} null for Python as it was compiled
   * @throws {import("./memory_limit.js").Unlimitable}
   */
  async of(tool, memoryBytes) {
    if (tool === null && memoryBytes === this.#usualBytes) return null;
    const key = `${tool ?? ""}/${memoryBytes}`;
    if (!this.#limited.has(key)) {
      if (this.#limited.size >= MOST_KEPT) this.#limited.clear();
      this.#limited.set(key, this.#made(tool, memoryBytes));
    }
    return { key, wasm: await /** @type {Promise<Blob>} */ (this.#limited.get(key)) };
  }

  /**
   * @param {string | null} tool
   * @param {number} memoryBytes
   */
  async #made(tool, memoryBytes) {
    return withMemoryLimit(
      tool === null ? await this.#python() : /** @type {Blob} */ (this.#tools.get(tool)),
      memoryBytes,
    );
  }
}
