/**
 * An output of a process, of which the first bytes are sent.
 *
 * Each piece is sent as it is written: the worker can be ended at any moment. Only of a flood of small pieces are some sent
 * together, some milliseconds later, since each message takes time of the page.
 */

/** Small pieces that are sent at once, and those that may be more each millisecond. */
const MOST_AHEAD = 5000;
const PER_MS = 2;

/** Bytes that are not small, and milliseconds after which any are sent. */
const LARGE_BYTES = 4096;
const LATE_MS = 10;

export class OutputStream {
  #number;
  #left;
  #tell;
  #isCut = false;
  #allowed = MOST_AHEAD;
  #at = performance.now();
  #sentAt = this.#at;
  /** What waits. @type {Uint8Array[]} */
  #pending = [];
  #pendingBytes = 0;

  /**
   * @param {1 | 2} number
   * @param {number} most Bytes.
   * @param {(message: import("../messages.js").Told) => void} tell
   */
  constructor(number, most, tell) {
    this.#number = number;
    this.#left = most;
    this.#tell = tell;
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    if (this.#isCut) return;
    this.#isCut = bytes.length > this.#left;
    const kept = bytes.slice(0, this.#left);
    this.#left -= kept.length;
    this.#pending.push(kept);
    this.#pendingBytes += kept.length;
    if (this.#isCut || this.#pendingBytes >= LARGE_BYTES || this.#isAllowed()) this.flush();
  }

  /** Send what waits, if it has waited long. */
  flushLate() {
    if (this.#pending.length > 0 && performance.now() - this.#sentAt > LATE_MS) this.flush();
  }

  /** Send what waits. */
  flush() {
    if (this.#pending.length === 0) return;
    const bytes = joined(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#sentAt = performance.now();
    this.#tell({ kind: "output", stream: this.#number, bytes, isCut: this.#isCut });
  }

  #isAllowed() {
    const now = performance.now();
    this.#allowed = Math.min(MOST_AHEAD, this.#allowed + PER_MS * (now - this.#at));
    this.#at = now;
    if (this.#allowed < 1) return false;
    this.#allowed -= 1;
    return true;
  }
}

/**
 * @param {readonly Uint8Array[]} pieces
 * @param {number} size
 */
function joined(pieces, size) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
