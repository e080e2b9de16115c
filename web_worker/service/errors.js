/**
 * @import { ErrorValue } from "./generated/rpc.d.ts"
 */

/** A refusal of the service, or its silence. */
export class ServiceError extends Error {
  /**
   * @param {ErrorValue} value what went wrong, as error.v1
   * @param {number | null} number the number of JSON-RPC; null when it was found out on this side
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
 * Returns the error for a call that found no service.
 * @param {string} reason
 */
export function unavailable(reason) {
  return new ServiceError({ code: "unavailable", message: reason, hint: "start the service again" });
}
