/**
 * Runs before every other module of the worker bundle (import order is evaluation order).
 *
 * The frame's Content-Security-Policy admits one Trusted Types policy name. Taking it here, with no
 * functions in it, keeps code that runs later in this worker from starting a nested one.
 * `importScripts` goes as well: Pyodide takes its presence for a classic worker and refuses to start.
 */
const scope = /** @type {any} */ (globalThis);

/** Whether this realm held the one policy name when it was taken. */
export let policyTaken = false;
if (scope.trustedTypes) {
  try {
    scope.trustedTypes.createPolicy("pb", {});
    policyTaken = true;
  } catch {
    // Taken already, or not admitted at all: attestation decides whether that is good enough.
  }
}
Reflect.deleteProperty(scope, "importScripts");
Reflect.deleteProperty(Object.getPrototypeOf(Object.getPrototypeOf(scope)), "importScripts");
