/**
 * Compares the report of a document with the document: every character of its text, every macro once. A worker may be under
 * a script's control, and the schema alone would let it report another document.
 */

/** Stands for the body in the `raw` of a long pair. */
const CUT = "…";

/**
 * @param {any} document
 * @param {any} report docOutcome, valid by its schema
 * @throws {Error} when its pieces, with the macros as they were written, are not the text of *document*
 */
export function checkDocument(document, { parts, macros, errors, warnings, awaits, known }) {
  if (awaits !== undefined) return checkAwaited(parts, macros, awaits, known ?? {});
  if (parts.length === 0 && macros.length === 0 && errors.length > 0) {
    return expect(errors.length === 1 && warnings.length === 0, "a refusal");
  }
  const { text } = document;
  const starts = startsOf(text, macros);
  for (const [index, macro] of macros.entries()) checkMacro(document, macro, index, starts);
  checkParts(text, parts, macros, starts);
  const failed = macros.filter((/** @type {any} */ { status }) => status === "error").length;
  expect(errors.length === failed, "another number of errors");
}

/**
 * @param {any[]} parts
 * @param {any[]} macros
 * @param {any[]} awaits
 * @param {Record<string, any>} known
 */
function checkAwaited(parts, macros, awaits, known) {
  const steps = new Set(awaits.map(({ step }) => step));
  const isEach = steps.size === awaits.length && !awaits.some(({ step }) => step in known);
  expect(isEach && parts.length === 0 && macros.length === 0, "calls that it awaits");
}

/**
 * @param {string} text
 * @param {any[]} macros
 * @returns {number[]} where each macro starts in *text*; its offset counts code points
 */
function startsOf(text, macros) {
  if (!/[\ud800-\udbff]/.test(text)) return macros.map(({ position }) => position.offset);
  let points = 0;
  let at = 0;
  return macros.map(({ position: { offset } }) => {
    expect(offset >= points, "macros in another order");
    for (; points < offset && at < text.length; points += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return points === offset ? at : text.length + 1;
  });
}

/**
 * @param {any} document
 * @param {any} macro
 * @param {number} index
 * @param {number[]} starts
 */
function checkMacro({ text, path }, { ordinal, position, raw, status, slug, result, error }, index, starts) {
  const isNext = index === 0 || starts[index] > starts[index - 1];
  expect(ordinal === index + 1 && position.path === path && isNext, "macros in another order");
  const isThere = raw !== "" && text.startsWith(raw, starts[index]);
  expect(isThere || isShortened(text, starts[index], null, raw), "a macro that is not there");
  const isOk = status === "ok";
  const fits = (result !== undefined) === isOk && (error !== undefined) === (status === "error");
  expect(fits && (status === "unknown") === (slug === null), "a macro without its result");
}

/**
 * @param {string} text
 * @param {(string | number)[]} parts
 * @param {any[]} macros
 * @param {number[]} starts
 */
function checkParts(text, parts, macros, starts) {
  let at = 0;
  let expected = 0;
  const leave = (/** @type {number} */ until) => {
    for (; expected < until; expected += 1) {
      const isText = macros[expected].status === "unknown" && starts[expected] < at;
      expect(isText, "a document without a macro");
    }
  };
  for (const [number, part] of parts.entries()) {
    if (typeof part === "string") {
      expect(part !== "" && text.startsWith(part, at), "another text");
      at += part.length;
      continue;
    }
    expect(part >= expected && part < macros.length, "another macro");
    leave(part);
    expect(macros[part].status !== "unknown" && starts[part] === at, "another place");
    at = endOf(text, at, macros[part].raw, parts.slice(number + 1, number + 3), starts);
    // What is in the body of a pair begins before its end.
    expected = part + 1;
    while (expected < macros.length && starts[expected] < at) expected += 1;
  }
  expect(at === text.length, "another text");
  leave(macros.length);
}

/**
 * Where a macro ends; one that is shown without its body ends where the next piece begins.
 * @param {string} text
 * @param {number} at
 * @param {string} raw
 * @param {(string | number)[]} after
 * @param {number[]} starts
 */
function endOf(text, at, raw, after, starts) {
  if (text.startsWith(raw, at)) return at + raw.length;
  const literal = typeof after[0] === "string" ? after[0] : "";
  const next = literal === "" ? after[0] : after[1];
  const end = (next === undefined ? text.length : (starts[Number(next)] ?? 0)) - literal.length;
  expect(end > at && isShortened(text, at, end, raw), "a macro that is not there");
  return end;
}

/**
 * Whether *raw* is the text from *at* to *end* with its middle left out; with null the end may be anywhere behind.
 * @param {string} text
 * @param {number} at
 * @param {number | null} end
 * @param {string} raw
 */
function isShortened(text, at, end, raw) {
  let opening = 0;
  while (opening < raw.length && raw[opening] === text[at + opening]) opening += 1;
  const cut = raw.lastIndexOf(CUT, opening);
  if (cut < 1) return false;
  if (end === null) return text.indexOf(raw.slice(cut + 1), at + cut) >= 0;
  return end - at >= raw.length - 1 && text.slice(at, end).endsWith(raw.slice(cut + 1));
}

/**
 * @param {boolean} fits
 * @param {string} what
 */
function expect(fits, what) {
  if (!fits) throw new Error(`it has ${what}`);
}
