/** Keeps every web contents on the page it was opened for. Knows nothing of Electron but the shape of its events. */
import { isMedia, pageOf } from "./pages.js";

/**
 * @typedef {object} Navigation
 * @property {string} url
 * @property {boolean} [isMainFrame]
 * @property {{parent: unknown} | null} [initiator] the frame that asks for it
 * @property {() => void} preventDefault
 */

/**
 * A link leads to a page of ours in its own window, or out to the user's browser; nothing else leads anywhere.
 * @param {{on: (event: any, listener: (event: any) => void) => unknown, setWindowOpenHandler: Function}} contents
 * @param {() => string | null} pageIn the page that these contents were opened for
 * @param {{inside: (url: string) => void, outside: (url: string) => void}} open
 */
export function guard(contents, pageIn, open) {
  const follow = (/** @type {string} */ url) => {
    if (pageOf(url) !== null || isMedia(url)) open.inside(url);
    else if (isPublic(url)) open.outside(new URL(url).href);
  };
  const staysOn = (/** @type {string} */ url) => pageOf(url) !== null && pageOf(url) === pageIn();

  contents.on("will-navigate", (/** @type {Navigation} */ event) => {
    if (staysOn(event.url)) return;
    event.preventDefault();
    // A link of the page itself; the frame of a video may not send the user anywhere.
    if (!event.initiator || event.initiator.parent === null) follow(event.url);
  });
  contents.on("will-redirect", (/** @type {Navigation} */ event) => {
    if (event.isMainFrame !== false && !staysOn(event.url)) event.preventDefault();
  });
  contents.on("will-attach-webview", (/** @type {{preventDefault: () => void}} */ event) => event.preventDefault());
  contents.setWindowOpenHandler((/** @type {{url: string}} */ { url }) => {
    follow(url);
    return { action: "deny" };
  });
}

/**
 * Whether the system may be asked to open an address: other schemes start programs.
 * @param {string} url
 */
function isPublic(url) {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return protocol === "https:" && username === "" && password === "";
}
