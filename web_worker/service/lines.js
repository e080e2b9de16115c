/**
 * Returns a splitter of a stream of bytes into JSON documents, one per line.
 * @param {(message: unknown) => void} receive called with each; a line that is not JSON is ignored
 * @returns {(chunk: Uint8Array) => void}
 */
export function lineReader(receive) {
  const decoder = new TextDecoder();
  /** @type {string[]} */
  let kept = [];
  return (chunk) => {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    kept.push(first);
    for (const piece of others) {
      take(kept.join(""), receive);
      kept = [piece];
    }
  };
}

/**
 * @param {string} line
 * @param {(message: unknown) => void} receive
 */
function take(line, receive) {
  if (line.trim() === "") return;
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return;
  }
  receive(message);
}
