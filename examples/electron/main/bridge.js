/** What a page may ask of the service, and how it is told. Knows nothing of Electron but the shape of an event. */
import { HOST, SCHEME } from "./scheme.js";

/**
 * @param {{senderFrame: {url: string, parent: unknown} | null}} event
 * @param {unknown} method
 * @param {unknown} params
 * @param {{methods: ReadonlySet<string>, call: (method: string, params: object) => Promise<unknown>}} service
 * @returns {Promise<{result: unknown} | {error: object}>}
 */
export async function answerPage(event, method, params, service) {
  if (!isOurs(event.senderFrame)) return refused("isolation", "only the application's own pages may ask");
  if (typeof method !== "string" || !service.methods.has(method))
    return refused("usage", `no method ${String(method)}`);
  if (typeof params !== "object" || params === null || Array.isArray(params))
    return refused("usage", `${method} takes its params by name`);
  try {
    return { result: await service.call(method, params) };
  } catch (error) {
    const value = /** @type {{value?: object, message: string}} */ (error);
    return { error: value.value ?? { code: "unavailable", message: value.message } };
  }
}

/** @param {{url: string, parent: unknown} | null} frame the sandbox's frame is one of ours, but asks for nothing */
function isOurs(frame) {
  return frame !== null && frame.parent === null && frame.url.startsWith(`${SCHEME}://${HOST}/`);
}

/**
 * @param {string} code
 * @param {string} message
 */
function refused(code, message) {
  return { error: { code, message } };
}
