/** The page's connection to one worker of processes: what the worker sends is checked and counted here. */
import { ABI_VERSION } from "../../generated/facts.js";
import { isolationError } from "../../host/sandbox/levels.js";
import { withOwnStore } from "../../host/sandbox/own_store.js";
import { bootError } from "../../host/wire/errors.js";

const QUIET_MS = 30;
const DRAIN_MS = 1000;

/**
 * @typedef {import("../messages.js").Told} Told
 * @typedef {Exclude<import("../wasi/guest.js").Ended["reason"], never> | "timeout" | "cancelled" | "lost"} Reason
 * @typedef {{reason: Reason, status: number, detail: string, memoryBytes: number}} Ended
 *
 * @typedef {object} Sinks where a command's output and changes go
 * @property {(stream: 1 | 2, bytes: Uint8Array, isCut: boolean) => void} output
 * @property {(changes: import("../files/changes.js").Changes) => void} files
 */

export class WorkerLink {
  #port;
  #terminate;
  #heardAt = 0;
  /** @type {((data: any) => void) | null} */
  #listener = null;
  /** @type {((ended: Ended) => void) | null} */
  #settle = null;
  /** How it ended; null while it lives. @type {Ended | null} */
  exit = null;
  /** What it has proved. @type {readonly {probe: string, held: boolean}[]} */
  attestation = [];
  #lastRun = 0;

  /**
   * @param {MessagePort} port
   * @param {() => void} terminate ends the worker behind the port
   */
  constructor(port, terminate) {
    this.#port = port;
    this.#terminate = terminate;
    port.onmessage = ({ data }) => {
      this.#heardAt = performance.now();
      this.#listener?.(data);
    };
  }

  /**
   * Wait until the worker has booted, and require its isolation.
   * @param {string} mark
   * @param {import("../../host/sandbox/levels.js").Level} level
   * @param {number} bootMs
   */
  async untilReady(mark, level, bootMs) {
    const timer = setTimeout(() => this.end("lost", `it did not start within ${bootMs / 1000} s`), bootMs);
    try {
      const ready = await this.#ready();
      this.attestation = await withOwnStore(ready.attestation, mark);
      const error = isolationError(this.attestation, level);
      if (error !== null) throw error;
    } catch (error) {
      this.end("lost", "it did not start");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns {Promise<any>} */
  #ready() {
    return new Promise((resolve, reject) => {
      this.#settle = ({ detail }) => reject(bootError(`the worker did not start: ${detail}`));
      this.#listener = (data) => {
        const isReady = data?.kind === "ready" && data.abi === ABI_VERSION && areProbes(data.attestation);
        if (isReady) resolve(data);
        else reject(bootError(`the worker did not start: ${String(data?.message).slice(0, 500)}`));
      };
      if (this.exit !== null) this.#settle(this.exit);
    });
  }

  /** @param {import("../messages.js").Begin} message */
  begin(message) {
    this.#port.postMessage(message);
  }

  /**
   * Run a command; ends when it ends, or by `end`.
   * @param {Omit<import("../messages.js").Run, "kind" | "id">} command
   * @param {Sinks} sinks
   * @returns {Promise<Ended>}
   */
  run(command, sinks) {
    const id = ++this.#lastRun;
    return new Promise((settle) => {
      this.#settle = settle;
      this.#listener = (data) => this.#hear(data, id, sinks);
      if (this.exit !== null) settle(this.exit);
      else this.#port.postMessage({ kind: "run", id, ...command });
    });
  }

  /**
   * End the worker, whatever it is doing.
   * @param {Reason} reason
   * @param {string} detail
   */
  end(reason, detail = "") {
    if (this.exit !== null) return;
    this.exit = { reason, status: 0, detail, memoryBytes: 0 };
    this.#terminate();
    this.#settle?.(this.exit);
  }

  /** Take what the worker had sent before it was ended, and close. */
  async drain() {
    const until = performance.now() + DRAIN_MS;
    this.#heardAt = performance.now();
    while (performance.now() - this.#heardAt < QUIET_MS && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 3));
    }
    this.#port.close();
  }

  /**
   * @param {any} data
   * @param {number} id
   * @param {Sinks} sinks
   */
  #hear(data, id, sinks) {
    const told = read(data);
    if (told === null) return this.end("lost", "it sent an invalid message");
    switch (told.kind) {
      case "output":
        return sinks.output(told.stream, told.bytes, told.isCut);
      case "files":
        return sinks.files(told.changes);
      case "ended":
        if (told.id !== id || this.exit !== null) return;
        this.#listener = null;
        return this.#settle?.({
          reason: told.reason,
          status: told.status,
          detail: told.detail,
          memoryBytes: told.memoryBytes,
        });
    }
  }
}

/**
 * @param {any} data
 * @returns {Told | null} null for anything else
 */
function read(data) {
  switch (data?.kind) {
    case "output":
      return [1, 2].includes(data.stream) && isBytes(data.bytes) ? data : null;
    case "files":
      return data.changes instanceof Map && [...data.changes].every(isChange) ? data : null;
    case "ended": {
      const isKnown = ["exit", "trap", "refused", "limit"].includes(data.reason);
      const isExit = Number.isInteger(data.status) && data.status >= 0 && data.status < 256;
      const isSize = Number.isSafeInteger(data.memoryBytes) && data.memoryBytes >= 0;
      return isKnown && isExit && isSize && typeof data.detail === "string"
        ? { ...data, detail: data.detail.slice(0, 1000) }
        : null;
    }
    default:
      return null;
  }
}

/** @param {unknown} value */
const isBytes = (value) => value instanceof Uint8Array;

/** @param {[unknown, unknown]} entry */
const isChange = ([path, content]) => typeof path === "string" && (content === null || isBytes(content));

/** @param {unknown} value */
function areProbes(value) {
  return (
    Array.isArray(value) && value.every((each) => typeof each?.probe === "string" && typeof each.held === "boolean")
  );
}
