/** Which file an address of the application means; the same answer on every platform. */

/** Names that Windows gives to devices, whatever extension follows. */
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** What no file of an application needs: separators of other systems, drives and streams, control characters. */
const FOREIGN = /[\\:*?"<>|\p{Cc}]/u;

/**
 * Returns the segments of a path below a root, or null when it is not one.
 * @param {string} pathname as written in a URL, starting with a slash
 * @returns {string[] | null}
 */
export function segments(pathname) {
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const found = decoded.replace(/^\//, "").split("/");
  return found.every(isPlain) ? found : null;
}

/** @param {string} name */
function isPlain(name) {
  return name !== "" && !FOREIGN.test(name) && !DEVICES.test(name) && !/[. ]$/.test(name);
}
