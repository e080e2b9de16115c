/** The outcome of a process, as completed.v1. */
const LEAST_ROOM = 1024;

/** @typedef {import("../../generated/abi.js").Completed} Completed */

/** Output that is kept up to a limit; the rest is dropped while the process goes on. */
export class Capture {
  /** Whether anything was dropped. */
  isCut = false;
  #left;
  #listen;
  /** What was kept, with room for more: there can be a million pieces of one byte. */
  #room = new Uint8Array(LEAST_ROOM);
  #size = 0;

  /**
   * @param {number} most Bytes that are kept.
   * @param {(piece: Uint8Array) => void} [listen] gets each kept piece at once
   */
  constructor(most, listen = () => {}) {
    this.most = most;
    this.#left = most;
    this.#listen = listen;
  }

  /** Bytes that would still be kept. */
  get left() {
    return this.#left;
  }

  /** @param {Uint8Array} piece */
  take(piece) {
    const kept = piece.subarray(0, this.#left);
    this.isCut ||= kept.length < piece.length;
    if (kept.length === 0) return;
    this.#left -= kept.length;
    this.#append(kept);
    this.#listen(kept);
  }

  content() {
    return this.#room.subarray(0, this.#size);
  }

  /** @param {Uint8Array} piece */
  #append(piece) {
    const size = this.#size + piece.length;
    if (size > this.#room.length) {
      const room = new Uint8Array(Math.max(size, 2 * this.#room.length));
      room.set(this.content());
      this.#room = room;
    }
    this.#room.set(piece, this.#size);
    this.#size = size;
  }
}

/**
 * @param {object} end
 * @param {number} end.exitCode
 * @param {Capture} end.stdout
 * @param {Capture} end.stderr
 * @param {ReadonlyMap<string, Uint8Array | null>} end.files
 * @param {number} end.durationMs
 * @param {Completed["runtime"]} end.runtime
 * @param {import("./refusal.js").ErrorClass} [end.errorClass]
 * @param {string} [end.message]
 * @returns {Completed}
 */
export function completed({ exitCode, stdout, stderr, files, durationMs, runtime, errorClass, message }) {
  const [out, err] = [shown(stdout), shown(stderr)];
  return {
    exitCode,
    stdout: out.text,
    stderr: err.text,
    truncated: { stdout: stdout.isCut, stderr: stderr.isCut },
    files: Object.fromEntries([...files].sort(byPath).map(([path, content]) => [path, content && contentOf(content)])),
    durationMs: Math.round(durationMs * 1000) / 1000,
    runtime,
    ...(errorClass === undefined ? {} : { errorClass }),
    ...(message === undefined ? {} : { message }),
    ...(out.base64 === undefined ? {} : { stdoutBase64: out.base64 }),
    ...(err.base64 === undefined ? {} : { stderrBase64: err.base64 }),
  };
}

/**
 * @param {Capture} capture
 * @returns {{text: string, base64?: string}} with the bytes where the text is not exactly these
 */
function shown(capture) {
  const bytes = capture.content();
  const whole = textOf(bytes);
  if (whole !== null) return { text: whole };
  return { text: (capture.isCut ? uncut(bytes) : null) ?? lossy(bytes), base64: base64(bytes) };
}

/**
 * @param {Uint8Array} bytes
 * @returns {string | null} the text without a character that was cut in two; null if that is not all
 */
function uncut(bytes) {
  for (let end = bytes.length - 1; end > Math.max(bytes.length - 4, 0); end -= 1) {
    const text = textOf(bytes.subarray(0, end));
    if (text !== null) return text;
  }
  return null;
}

/** @param {Uint8Array} bytes */
function contentOf(bytes) {
  return textOf(bytes) ?? { base64: base64(bytes) };
}

/** @param {Uint8Array} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** @param {Uint8Array} bytes */
const lossy = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 4096) binary += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(binary);
}

/**
 * By code points, as in Python.
 * @param {readonly [string, unknown]} one
 * @param {readonly [string, unknown]} other
 */
function byPath([one], [other]) {
  const [left, right] = [[...one], [...other]];
  const at = left.findIndex((letter, number) => letter !== right[number]);
  if (at === -1) return left.length - right.length;
  return at < right.length ? Number(left[at].codePointAt(0)) - Number(right[at].codePointAt(0)) : 1;
}
