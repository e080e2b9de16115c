/** What a page may ask of the service. Knows nothing of Electron but the shape of an event. */
import { METHODS_OF, ORIGIN, pageOf } from "./pages.js";

/**
 * @typedef {{url: string, origin: string, parent: unknown}} Frame
 */

/**
 * @param {{sender: {id: number}, senderFrame: Frame | null}} event
 * @param {unknown} method
 * @param {unknown} params
 * @param {object} application
 * @param {(contents: {id: number}) => string | null} application.pageIn the page that a window was opened for
 * @param {(method: string, params: object) => Promise<unknown>} application.call
 * @returns {Promise<{result: unknown} | {error: object}>}
 */
export async function answerPage(event, method, params, { pageIn, call }) {
  const page = pageIn(event.sender);
  if (page === null || !shows(event.senderFrame, page))
    return refused("isolation", "only the application's own pages may ask");
  if (typeof method !== "string" || !METHODS_OF.get(page)?.has(method))
    return refused("usage", `no method ${String(method)} for this page`);
  if (typeof params !== "object" || params === null || Array.isArray(params))
    return refused("usage", `${method} takes its params by name`);
  try {
    return { result: await call(method, params) };
  } catch (error) {
    const value = /** @type {{value?: object, message: string}} */ (error);
    return { error: value.value ?? { code: "unavailable", message: value.message } };
  }
}

/**
 * Whether the sender is the top frame of the window, and shows the page for which it was opened.
 * @param {Frame | null} frame null when it is gone meanwhile; the sandbox's frame has our address, but a parent, too
 * @param {string} page
 */
function shows(frame, page) {
  return frame !== null && frame.parent === null && frame.origin === ORIGIN && pageOf(frame.url) === page;
}

/**
 * @param {string} code
 * @param {string} message
 */
function refused(code, message) {
  return { error: { code, message } };
}
