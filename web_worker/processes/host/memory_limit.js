/** Writes the most memory of a module into the module itself, so that the browser holds it to that. */

export const PAGE_BYTES = 65_536;

const MEMORY_SECTION = 5;
const HEADER_BYTES = 8;
const MOST_BEFORE = 64 * 1024 * 1024;

/** A module that needs more from the start, or is none. */
export class Unlimitable extends Error {}

/**
 * @param {Blob} wasm
 * @param {number} memoryBytes
 * @returns {Promise<Blob>} the module; its parts are those of the given one
 * @throws {Unlimitable}
 */
export async function withMemoryLimit(wasm, memoryBytes) {
  const bytes = new Uint8Array(await wasm.slice(0, MOST_BEFORE).arrayBuffer());
  if (!isModule(bytes)) throw new Unlimitable("not a WebAssembly module");
  const section = memorySection(bytes);
  if (section === null) return wasm;
  const limited = limitedSection(bytes.subarray(section.start, section.end), Math.floor(memoryBytes / PAGE_BYTES));
  return new Blob([bytes.subarray(0, section.start), limited, wasm.slice(section.end)], { type: wasm.type });
}

/** @param {Uint8Array} bytes */
function isModule(bytes) {
  return [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].every((byte, at) => bytes[at] === byte);
}

/**
 * @param {Uint8Array} bytes of a module
 * @returns {{start: number, end: number} | null} where the section is, its header included; null without one
 */
function memorySection(bytes) {
  for (let start = HEADER_BYTES; start < bytes.length; ) {
    const size = readNumber(bytes, start + 1);
    const end = size.next + size.value;
    if (bytes[start] === MEMORY_SECTION) return { start, end };
    start = end;
  }
  return null;
}

/**
 * @param {Uint8Array} section
 * @param {number} most Pages.
 */
function limitedSection(section, most) {
  const content = readNumber(section, 1).next;
  const count = readNumber(section, content);
  const flags = section[count.next];
  if (count.value !== 1 || flags > 1) throw new Unlimitable("its memory is of an unknown kind");
  const least = readNumber(section, count.next + 1);
  const own = flags === 1 ? readNumber(section, least.next).value : Number.POSITIVE_INFINITY;
  if (least.value > most) {
    throw new Unlimitable(`memory minimum size of ${least.value} pages exceeds memory limits`);
  }
  const body = [...written(1), 1, ...written(least.value), ...written(Math.min(own, most))];
  return Uint8Array.of(MEMORY_SECTION, ...written(body.length), ...body);
}

/**
 * LEB128, unsigned.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at + shift / 7];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at + shift / 7 + 1 };
  }
  throw new Unlimitable("not a WebAssembly module");
}

/** @param {number} value */
function written(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
}
