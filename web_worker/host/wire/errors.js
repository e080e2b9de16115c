/** The one error type of the client. */

/** An error with a code of error.v1; `value` is the whole structured error. */
export class PybridgeError extends Error {
  /** @param {{code: string, message: string, hint?: string}} value */
  constructor(value) {
    super(value.hint ? `${value.message} – ${value.hint}` : value.message);
    this.name = "PybridgeError";
    this.code = value.code;
    this.value = value;
  }

  toJSON() {
    return this.value;
  }
}

export function disposedError() {
  return new PybridgeError({ code: "cancelled", message: "the runtime was disposed" });
}

/**
 * A failure to start, with a hint.
 * @param {string} message
 * @param {string} [hint]
 */
export function bootError(message, hint) {
  return new PybridgeError(hint ? { code: "boot", message, hint } : { code: "boot", message });
}
