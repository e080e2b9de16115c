/**
 * The platform functions the worker needs after lockdown, taken before any script can run.
 *
 * Everything below is called through these references only: a patch of a prototype or a
 * global afterwards does not affect the message loop.
 */
const { call } = Function.prototype;

/**
 * Turn a method into a function whose first argument is its `this`.
 * @param {Function} method
 * @returns {(...args: any[]) => any}
 */
const uncurry = (method) => call.bind(method);

/** A getter on MessageEvent.prototype would be handed the event, and the port with it. */
export const dataOf = uncurry(
  /** @type {Function} */ (Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data")?.get),
);
export const portPost = uncurry(MessagePort.prototype.postMessage);
export const portStart = uncurry(MessagePort.prototype.start);
export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const slice = uncurry(String.prototype.slice);
export const startsWith = uncurry(String.prototype.startsWith);
export const stringify = JSON.stringify;
export const parse = JSON.parse;
export const now = performance.now.bind(performance);
export const later = globalThis.setTimeout.bind(globalThis);
export const decoder = new TextDecoder();
export const decode = decoder.decode.bind(decoder);
export const getRandomValues = crypto.getRandomValues.bind(crypto);
