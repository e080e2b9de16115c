/** What a session grants to pages: nothing, but that a video may fill the screen. Knows nothing of Electron. */
import { FRAME_HOSTS } from "../app/frame_hosts.js";

/**
 * @param {any} session
 * @param {string} identity the address by which servers of videos know the application
 */
export function restrict(session, identity) {
  session.setPermissionRequestHandler(
    (
      /** @type {unknown} */ _contents,
      /** @type {string} */ permission,
      /** @type {(isGranted: boolean) => void} */ decide,
      /** @type {{requestingUrl?: string}} */ details,
    ) => decide(isGranted(permission, details?.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (/** @type {unknown} */ _contents, /** @type {string} */ permission, /** @type {string} */ origin) =>
      isGranted(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((/** @type {unknown} */ _request, /** @type {Function} */ answer) =>
    answer(null),
  );
  session.on("will-download", (/** @type {{preventDefault: () => void}} */ event) => event.preventDefault());
  identify(session, identity);
}

/**
 * @param {string} permission
 * @param {string | undefined} url of the frame that asks, or its origin
 */
export function isGranted(permission, url) {
  if (permission !== "fullscreen" || url === undefined || !URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === "https:" && FRAME_HOSTS.includes(host);
}

/**
 * A page of a scheme like ours sends no referrer, and YouTube plays nothing without one (its error 153).
 * @param {any} session
 * @param {string} identity
 */
function identify(session, identity) {
  const urls = FRAME_HOSTS.map((host) => `https://${host}/*`);
  session.webRequest.onBeforeSendHeaders(
    { urls, types: ["subFrame"] },
    (/** @type {{requestHeaders: Record<string, string>}} */ { requestHeaders }, /** @type {Function} */ send) =>
      send({ requestHeaders: { ...requestHeaders, Referer: identity } }),
  );
}
