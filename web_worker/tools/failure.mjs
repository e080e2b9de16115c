/** How the build's Node programs fail: one JSON document on stderr, {message, detail}. */

/** @param {unknown} error */
export function fail(error) {
  const message = messageOf(error).replace(/\s+/g, " ").trim();
  process.stderr.write(`${JSON.stringify({ message: message.slice(0, 1000) })}\n`, () => process.exit(1));
}

/**
 * What went wrong, without a stack; the places that esbuild names come first.
 * @param {any} error
 * @returns {string}
 */
function messageOf(error) {
  const [first] = error?.errors ?? [];
  if (first?.text === undefined) return String(error?.message ?? error);
  const isOurs = first.location && !first.location.file.includes("node_modules/esbuild/");
  const place = isOurs ? `${first.location.file}:${first.location.line}: ` : "";
  return place + first.text;
}
