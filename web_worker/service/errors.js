/**
 * @import { ErrorValue } from "./generated/rpc.d.ts"
 */

/** A refusal of the service, or its silence. */
export class ServiceError extends Error {
  /**
   * @param {ErrorValue} value what went wrong, as error.v1
   * @param {number | null} number the number of JSON-RPC; null when the client found the error
   */
  constructor(value, number = null) {
    super(value.message);
    this.name = "ServiceError";
    this.code = value.code;
    this.hint = value.hint;
    /** @readonly */
    this.value = value;
    this.number = number;
  }
}

/**
 * Returns the error of a call without a connection.
 * @param {{reason: string, hint?: string}} end why it ended, and what to do about it
 */
export function unavailable({ reason, hint = "start the service again" }) {
  return new ServiceError({ code: "unavailable", message: reason, hint });
}
