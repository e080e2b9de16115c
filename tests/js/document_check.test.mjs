/** Reports of documents that the client believes, and forged ones that end the worker. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkDocument } from "../../web_worker/host/checks/documents.js";
import { withDefaults } from "../../web_worker/host/wire/limits.js";

const TEXT = "😀 [[one]] B [[box x=1]]in [[two]][[/box]] C [[nobody]]";

const LIMITS = withDefaults({});

function macroOf(ordinal, raw, offset, more = {}) {
  const place = { raw, display: "inline", ordinal, position: { line: 1, column: offset + 1, offset } };
  const name = /\w+/.exec(raw)[0];
  return { name, slug: "m", scriptId: "s", ...place, status: "ok", result: { html: "<b>1</b>" }, ...more };
}

function reportOf() {
  const unknown = { slug: null, scriptId: null, status: "unknown", result: undefined };
  const macros = [
    macroOf(1, "[[one]]", 2),
    macroOf(2, "[[box x=1]]in [[two]][[/box]]", 12),
    macroOf(3, "[[two]]", 26),
    macroOf(4, "[[nobody]]", 44, unknown),
  ];
  return { parts: ["😀 ", 0, " B ", 1, " C [[nobody]]"], macros, warnings: [], errors: [] };
}

const ERROR = { code: "crash", message: "x" };

suite("the report of a document", () => {
  test("is believed when it is that of its text", () => {
    checkDocument({ text: TEXT }, reportOf(), LIMITS);
    checkDocument({ text: "" }, { parts: [], macros: [], warnings: [], errors: [] }, LIMITS);
    checkDocument({ text: "a" }, { parts: [], macros: [], warnings: [], errors: [ERROR] }, LIMITS);
  });

  test("may leave out the body of a long pair", () => {
    const text = `A [[box]]${"long ".repeat(1000)}[[/box]] B`;
    const macros = [macroOf(1, "[[box]]…[[/box]]", 2)];
    checkDocument({ text }, { parts: ["A ", 0, " B"], macros, warnings: [], errors: [] }, LIMITS);
    const other = { parts: ["A ", 0, "B"], macros, warnings: [], errors: [] };
    assert.throws(() => checkDocument({ text }, other, LIMITS));
  });

  const damages = {
    "another text": (report) => (report.parts = ["<script>other</script>"]),
    "a changed piece": (report) => (report.parts[0] = "B "),
    "its text without its macros": (report) => (report.parts = [TEXT]),
    "no pieces": (report) => (report.parts = []),
    "a macro in the place of another": (report) => (report.parts[1] = 1),
    "an index out of range": (report) => (report.parts[1] = 9),
    "a macro twice": (report) => report.parts.push(0),
    "an empty piece": (report) => report.parts.push(""),
    "a macro less": (report) => report.macros.shift(),
    "another order": (report) => report.macros.reverse(),
    "another raw": (report) => (report.macros[0].raw = "[[two]]"),
    "an empty raw": (report) => (report.macros[0].raw = ""),
    "a raw without its opening": (report) => (report.macros[0].raw = "…"),
    "another ordinal": (report) => (report.macros[0].ordinal = 2),
    "another offset": (report) => (report.macros[0].position.offset = 3),
    "a huge offset": (report) => (report.macros[3].position.offset = 2 ** 50),
    "another path": (report) => (report.macros[0].position.path = "b.md"),
    "an error without one": (report) => (report.macros[0].status = "error"),
    "unknown with a result": (report) => (report.macros[0].status = "unknown"),
    "an error too many": (report) => report.errors.push(ERROR),
    "calls that it awaits besides": (report) => (report.awaits = [{ step: 0, script: "a.py", call: {} }]),
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(`is not believed with ${name}`, () => {
      const report = reportOf();
      damage(report);
      assert.throws(() => checkDocument({ text: TEXT }, report, LIMITS));
    });
  }
});
