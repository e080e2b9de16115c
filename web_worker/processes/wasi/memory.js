/** The memory of a guest, as it is now: it moves when it grows. */

/** Functions that a guest imports, by name. @typedef {Record<string, (...args: any[]) => any>} Functions */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Memory {
  /** @type {WebAssembly.Memory | null} */
  #memory = null;

  /** @param {WebAssembly.Memory} memory */
  attach(memory) {
    this.#memory = memory;
  }

  get view() {
    return new DataView(this.#buffer);
  }

  /**
   * @param {number} at
   * @param {number} size Bytes.
   */
  bytes(at, size) {
    return new Uint8Array(this.#buffer, at >>> 0, size >>> 0);
  }

  /**
   * @param {number} at
   * @param {number} size Bytes.
   * @returns {string | null} null where it is not UTF-8
   */
  text(at, size) {
    const bytes = this.bytes(at, size);
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  }

  get #buffer() {
    return /** @type {WebAssembly.Memory} */ (this.#memory).buffer;
  }
}
