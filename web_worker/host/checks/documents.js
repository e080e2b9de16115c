/**
 * Compares the report of a document with the document: every character of its text, every macro once. A worker may be under
 * a script's control, and the schema alone would let it report another document.
 */

import { checkSize } from "./values.js";

/** Stands for the body in the `raw` of a long pair. */
const CUT = "…";

/** The number of a step, as the engine writes it. */
const STEP = /^(?:0|[1-9]\d{0,14})$/;

/**
 * @typedef {import("../wire/limits.js").Limits} Limits
 *
 * @param {any} document
 * @param {any} report docOutcome, valid by its schema
 * @param {Limits} limits
 * @throws {Error} when its pieces, with the macros as they were written, are not the text of *document*
 */
export function checkDocument(document, report, limits) {
  const { parts, macros, errors, warnings, awaits } = report;
  if (awaits !== undefined) return checkAwaited(document, report, limits);
  expect(report.known === undefined, "known steps");
  if (parts.length === 0 && macros.length === 0 && errors.length > 0) {
    return expect(errors.length === 1 && warnings.length === 0, "a refusal");
  }
  const { text } = document;
  const starts = startsOf(text, macros);
  const places = new Places(text);
  for (const [index, macro] of macros.entries()) {
    checkMacro(document, macro, index, starts);
    places.check(macro.position, starts[index]);
    checkSize(macro, limits);
    checkMargin(macro, limits);
  }
  checkParts(text, parts, macros, starts);
  checkProblems(document, report);
}

/**
 * @param {any} message `documents`, valid by its schema
 * @param {Limits} limits
 * @throws {Error} when it settles another step than the one before its position, in a worker that is given up
 */
export function checkSettled({ contaminated, settled, position }, limits) {
  if (settled === undefined) return;
  const isLast = settled.document === position.document && settled.step === position.step - 1;
  expect(contaminated !== undefined && isLast, "another step settled");
  checkSize(settled.outcome, limits);
}

/**
 * The errors are those of the macros that failed, and warnings are about this document.
 * @param {any} document
 * @param {any} report
 */
function checkProblems({ path }, { macros, errors, warnings }) {
  const failed = macros.filter((/** @type {any} */ { status }) => status === "error");
  const own = JSON.stringify(failed.map((/** @type {any} */ { error }) => error));
  expect(JSON.stringify(errors) === own, "other errors than its macros");
  const isHere = (/** @type {any} */ { call }) => call === undefined || call.path === path;
  expect(warnings.every(isHere) && errors.every(isHere), "a problem of another document");
}

/**
 * @param {any} document
 * @param {any} report of a document that waits for macros of other trust domains
 * @param {Limits} limits
 */
function checkAwaited({ text }, { parts, macros, errors, warnings, awaits, known = {} }, limits) {
  const steps = new Set(awaits.map((/** @type {any} */ { step }) => step));
  const all = [...steps, ...Object.keys(known).map(Number)];
  const isEach = steps.size === awaits.length && new Set(all).size === all.length;
  const isThere = all.every((step) => step < text.length) && Object.keys(known).every((step) => STEP.test(step));
  const isEmpty = [parts, macros, errors, warnings].every((list) => list.length === 0);
  expect(isEach && isThere && isEmpty, "calls that it awaits");
  for (const outcome of Object.values(known)) checkSize(outcome, limits);
}

/** Lines and columns of rising places in a text, as the engine counts them: from 1, in code points. */
class Places {
  #text;
  #hasPairs;
  #line = 1;
  #lineStart = 0;
  #at = 0;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
    this.#hasPairs = /[\ud800-\udbff]/.test(text);
  }

  /**
   * @param {{line: number, column: number}} position
   * @param {number} start
   */
  check({ line, column }, start) {
    const text = this.#text;
    for (; this.#at < start; this.#at += 1) {
      const code = text.charCodeAt(this.#at);
      // A return before a newline ends no line by itself.
      if (code !== 10 && (code !== 13 || text.charCodeAt(this.#at + 1) === 10)) continue;
      this.#line += 1;
      this.#lineStart = this.#at + 1;
    }
    const before = text.slice(this.#lineStart, start);
    const width = this.#hasPairs ? [...before].length : before.length;
    expect(line === this.#line && column === width + 1, "a macro in another line");
  }
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
function checkMacro({ text, path }, macro, index, starts) {
  const { name, ordinal, position, raw, status, slug, scriptId, result, error } = macro;
  const isNext = index === 0 || starts[index] > starts[index - 1];
  expect(ordinal === index + 1 && position.path === path && isNext, "macros in another order");
  const isThere = raw !== "" && text.startsWith(raw, starts[index]);
  expect(isThere || isShortened(text, starts[index], null, raw), "a macro that is not there");
  expect(isNamed(raw, name), "a macro of another name");
  const isOk = status === "ok";
  const fits = (result !== undefined) === isOk && (error !== undefined) === (status === "error");
  const isKnown = status !== "unknown";
  expect(fits && isKnown === (slug !== null) && isKnown === (scriptId !== null), "a macro without its result");
}

/**
 * @param {string} raw how a macro is written
 * @param {string} name in lower case
 */
function isNamed(raw, name) {
  return /^(?:\[\[)?(\w+)/.exec(raw)?.[1].toLowerCase() === name;
}

/**
 * @param {any} macro
 * @param {Limits} limits
 */
function checkMargin({ margin, result, raw }, { outputBytes }) {
  if (margin === undefined) return;
  const text = result?.html ?? result?.markdown ?? result?.text ?? raw;
  const size = text.length + margin.length * (text.match(/\r\n|\r|\n/g)?.length ?? 0);
  expect(size <= outputBytes, "more than a script may return");
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
