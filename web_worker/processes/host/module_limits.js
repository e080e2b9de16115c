/** Writes the most memory and table elements of a module into the module itself, so that the browser holds it to that. */

export const PAGE_BYTES = 65_536;
/** Of each table, as on a server (`TABLE_ELEMENTS` in `pybridge/wasi/child.py`). */
export const TABLE_ELEMENTS = 100_000;

const TABLE_SECTION = 4;
const MEMORY_SECTION = 5;
const HEADER_BYTES = 8;
const MOST_BEFORE = 64 * 1024 * 1024;
/** Types of references are one byte, but for those to types of the module's own; a table with contents begins below. */
const SIMPLE_TYPES = [0x65, 0x7f];

/** A module that needs more from the start, or is none. */
export class Unlimitable extends Error {}

/**
 * @param {Blob} wasm
 * @param {number} memoryBytes
 * @returns {Promise<Blob>} the module; its parts are those of the given one
 * @throws {Unlimitable}
 */
export async function withLimits(wasm, memoryBytes) {
  const bytes = new Uint8Array(await wasm.slice(0, MOST_BEFORE).arrayBuffer());
  if (!isModule(bytes)) throw new Unlimitable("not a WebAssembly module");
  /** @type {BlobPart[]} */
  const parts = [];
  let done = 0;
  for (const { kind, start, end } of sectionsOf(bytes)) {
    const limit = kind === TABLE_SECTION ? limitedTables : limitedMemory;
    parts.push(bytes.subarray(done, start), limit(bytes.subarray(start, end), Math.floor(memoryBytes / PAGE_BYTES)));
    done = end;
  }
  return done === 0 ? wasm : new Blob([...parts, wasm.slice(done)], { type: wasm.type });
}

/** @param {Uint8Array} bytes */
function isModule(bytes) {
  return [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].every((byte, at) => bytes[at] === byte);
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes of a module
 * @returns {{kind: number, start: number, end: number}[]} where its sections of tables and memories are, headers included
 */
function sectionsOf(bytes) {
  const found = [];
  for (let start = HEADER_BYTES; start < bytes.length; ) {
    const size = readNumber(bytes, start + 1);
    const end = size.next + size.value;
    const kind = bytes[start];
    if (kind === TABLE_SECTION || kind === MEMORY_SECTION) found.push({ kind, start, end });
    // What follows can be large.
    if (kind === MEMORY_SECTION) break;
    start = end;
  }
  return found;
}

/**
 * @param {Uint8Array} section
 * @param {number} most Pages.
 */
function limitedMemory(section, most) {
  const content = readNumber(section, 1).next;
  const count = readNumber(section, content);
  if (count.value !== 1) throw new Unlimitable("its memory is of an unknown kind");
  const { bytes } = limited(section, count.next, most, ["memory", "pages"]);
  return sectionOf(MEMORY_SECTION, [...written(1), ...bytes]);
}

/** @param {Uint8Array} section */
function limitedTables(section) {
  const content = readNumber(section, 1).next;
  const count = readNumber(section, content);
  const body = written(count.value);
  let at = count.next;
  for (let number = 0; number < count.value; number += 1) {
    const type = section[at];
    if (!(type >= SIMPLE_TYPES[0] && type <= SIMPLE_TYPES[1])) throw new Unlimitable("its table is of an unknown kind");
    const table = limited(section, at + 1, TABLE_ELEMENTS, ["table", "elements"]);
    body.push(type, ...table.bytes);
    at = table.next;
  }
  return sectionOf(TABLE_SECTION, body);
}

/**
 * @param {Uint8Array} section
 * @param {number} at where limits are
 * @param {number} most
 * @param {[string, string]} words of what they are, and in which unit
 * @returns {{bytes: number[], next: number}} the limits with a maximum, and what follows
 */
function limited(section, at, most, [what, unit]) {
  const flags = section[at];
  if (!(flags <= 1)) throw new Unlimitable(`its ${what} is of an unknown kind`);
  const least = readNumber(section, at + 1);
  const own = flags === 1 ? readNumber(section, least.next) : { value: Number.POSITIVE_INFINITY, next: least.next };
  if (least.value > most) {
    throw new Unlimitable(`${what} minimum size of ${least.value} ${unit} exceeds ${what} limits`);
  }
  return { bytes: [1, ...written(least.value), ...written(Math.min(own.value, most))], next: own.next };
}

/**
 * @param {number} kind
 * @param {readonly number[]} body
 */
function sectionOf(kind, body) {
  return Uint8Array.of(kind, ...written(body.length), ...body);
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
