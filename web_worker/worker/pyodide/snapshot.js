/**
 * Restores the sparse snapshot that the build took: only the pages that are not zero are copied, into
 * memory that starts out as zeros.
 *
 * Format: see web_worker/tools/snapshot.mjs. The build pads every part to four bytes.
 */
const MAGIC = "PBSNAP01";
const PREFIX_BYTES = 24;
const PAGE = 4096;

/**
 * @typedef {object} Snapshot
 * @property {Uint8Array} head the snapshot's own header, with Pyodide's build id and its object table
 * @property {number} heapBytes
 * @property {(heap: Uint8Array) => void} copyInto
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {Snapshot}
 */
export function readSnapshot(buffer) {
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, MAGIC.length));
  if (magic !== MAGIC) throw new Error("the snapshot has another format");
  const [headBytes, heapBytes, count] = new Uint32Array(buffer, MAGIC.length, 3);
  const pages = new Uint32Array(buffer, PREFIX_BYTES, count);
  const headStart = PREFIX_BYTES + count * 4;
  const dataStart = headStart + headBytes;
  if (dataStart + count * PAGE !== buffer.byteLength) throw new Error("the snapshot is cut short");
  return { head: new Uint8Array(buffer, headStart, headBytes), heapBytes, copyInto };

  /** @param {Uint8Array} heap */
  function copyInto(heap) {
    let from = dataStart;
    for (let index = 0; index < count; index += 1) {
      // Neighbouring pages are copied in one go.
      let length = 1;
      while (index + length < count && pages[index + length] === pages[index] + length) length += 1;
      heap.set(new Uint8Array(buffer, from, length * PAGE), pages[index] * PAGE);
      from += length * PAGE;
      index += length - 1;
    }
  }
}
