/** Why a process ends otherwise than by itself, with its exit code. */

export const EXIT = Object.freeze({
  failed: 1,
  invalid: 2,
  trapped: 70,
  timeout: 124,
  cancelled: 125,
  denied: 126,
  notFound: 127,
});

/** @typedef {"timeout" | "cancelled" | "denied" | "limit"} ErrorClass */

/**
 * @typedef {object} How
 * @property {boolean} [isSilent] whether it does not appear on standard error
 * @property {boolean} [keepsFiles]
 * @property {"files" | "command"} [limit] what was too much, for an audit log
 */

/** A process that is not begun, or is ended. */
export class Refusal extends Error {
  /**
   * @param {number} exitCode
   * @param {string} message
   * @param {ErrorClass} [errorClass]
   * @param {How} [how]
   */
  constructor(exitCode, message, errorClass, { isSilent = false, keepsFiles = false, limit } = {}) {
    super(message.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`));
    this.exitCode = exitCode;
    this.errorClass = errorClass;
    this.isSilent = isSilent;
    this.keepsFiles = keepsFiles;
    this.limit = limit;
  }
}
