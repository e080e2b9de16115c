/** Whether a process ended for want of memory: the sandbox itself only refuses it. The same rule: pybridge/processes/memory.py. */

const LAST_LINE =
  /^(?:MemoryError\b|Fatal Python error:.*\bmemory\b|.*\bout of memory\b|memory allocation of \d+ bytes failed)/i;
/** Bytes of error output that tell why a stage failed. */
const LAST_WORDS = 2048;
/** What a module that gives up executes. */
const ABORTED = "unreachable";

/**
 * @param {import("./worker_link.js").Ended} ended
 * @param {Uint8Array} stderr its error output
 * @param {number} most bytes of memory
 */
export function isOutOfMemory({ reason, status, detail, memoryBytes }, stderr, most) {
  if (reason === "exit" && status === 0) return false;
  const isFull = memoryBytes > most - Math.floor(most / 8);
  return (
    (reason === "trap" && detail === ABORTED && isFull) || LAST_LINE.test(lastLineOf(stderr.subarray(-LAST_WORDS)))
  );
}

/** @param {Uint8Array} bytes */
function lastLineOf(bytes) {
  const text = new TextDecoder().decode(bytes).trimEnd();
  return (text.split(/\r\n|\r|\n/).at(-1) ?? "").trim();
}
