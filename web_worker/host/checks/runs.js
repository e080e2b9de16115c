/** The output and the end of a script's run, within the limits whatever the worker sends. */
import { checkSize, isJsonValue } from "./values.js";

/** Bytes that the engine adds where it cuts output. */
const MARKER_BYTES = 80;

/** Characters of a message with one character that was printed. */
const CHARACTERS_A_PIECE = 100;

/**
 * What the messages of a run may have together: each byte printed alone, then all of it again, and the result.
 * @param {import("../wire/limits.js").Limits} limits
 */
export function mostOf({ stdoutBytes, outputBytes }) {
  const characters = CHARACTERS_A_PIECE * stdoutBytes + 6 * outputBytes + 2 ** 20;
  return { messages: stdoutBytes + 1000, characters };
}

/** The output of a run, cut where the limit is. */
export class Output {
  #left;
  printed = { stdout: "", stderr: "" };

  /** @param {number} stdoutBytes */
  constructor(stdoutBytes) {
    this.#left = stdoutBytes + MARKER_BYTES;
  }

  /**
   * @param {"stdout" | "stderr"} stream
   * @param {string} text
   * @returns {string} what still fits of it
   */
  take(stream, text) {
    const short = text.slice(0, this.#left);
    const bytes = new TextEncoder().encode(short);
    const kept = bytes.length <= this.#left ? short : decoded(bytes.subarray(0, this.#left));
    this.#left -= Math.min(bytes.length, this.#left);
    this.printed[stream] += kept;
    return kept;
  }
}

/** @param {Uint8Array} bytes that may end within a character */
function decoded(bytes) {
  return new TextDecoder().decode(bytes, { stream: true });
}

/**
 * @param {any} ran valid by its schema
 * @param {import("../wire/limits.js").Limits} limits
 * @throws {Error} when it is not the end of a run within the limits
 */
export function checkRan({ status, code, error, result, stdout, stderr }, limits) {
  const hasFailed = status === "error";
  if (hasFailed !== (error !== undefined) || code !== error?.code) throw new Error("it has another end");
  if (!isJsonValue(result, limits.outputDepth)) throw new Error("it has a result nested too deeply");
  checkSize({ stdout, stderr }, limits);
}
