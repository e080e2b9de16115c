/** A folded header of the studio's editors is not part of "everything". */
import assert from "node:assert/strict";
import test from "node:test";
import { codeFolding, foldEffect, unfoldEffect } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { isHeaderFolded, keepHeader } from "../../pybridge/studio/page/src/editor/header.js";

const SCRIPT_HEAD = '"""\n---\nid: a\ntitle: Stars\n---\n"""';
const POST_HEAD = "---\ntitle: A trip\n---";
const OTHER_HEAD = "---\ntitle: Another\n---";

/** @param {string} doc @param {boolean} [isFolded] */
function opened(doc, isFolded = true) {
  const state = EditorState.create({ doc, extensions: [codeFolding(), keepHeader()] });
  const head = doc.indexOf("\n---", 5) + 4 + (doc.startsWith('"""') ? 4 : 0);
  const folded = state.update({ effects: foldEffect.of({ from: state.doc.line(1).to, to: head }) }).state;
  assert.ok(isHeaderFolded(folded));
  return isFolded
    ? folded
    : folded.update({ effects: unfoldEffect.of({ from: folded.doc.line(1).to, to: head }) }).state;
}

/** @param {EditorState} state @param {string} insert @param {string} [userEvent] */
const replaced = (state, insert, userEvent = "input.paste") =>
  state.update({ changes: { from: 0, to: state.doc.length, insert }, userEvent }).state.doc.toString();

for (const head of [SCRIPT_HEAD, POST_HEAD]) {
  for (const gap of ["\n", "\n\n"]) {
    test(`it stays when everything is replaced or deleted: ${JSON.stringify(head.slice(0, 6) + gap)}`, () => {
      const state = opened(`${head}${gap}x = 1\ny = 2\n`);
      assert.equal(replaced(state, "z = 3\n"), `${head}${gap}z = 3\n`);
      assert.equal(replaced(state, "z"), `${head}${gap}z`);
      assert.equal(replaced(state, "", "delete.selection"), `${head}${gap}`);
      assert.equal(replaced(state, "", "delete.cut"), `${head}${gap}`);
    });
  }
  test(`it stays where nothing stands behind it: ${JSON.stringify(head.slice(0, 6))}`, () => {
    assert.equal(replaced(opened(head), "z"), `${head}\nz`);
    assert.equal(replaced(opened(head), "", "delete.selection"), head);
    assert.equal(replaced(opened(`${head}\n`), "z"), `${head}\nz`);
  });
}

test("the cursor stands behind what was pasted", () => {
  const state = opened(`${POST_HEAD}\n\nold`);
  const after = state.update({
    changes: { from: 0, to: state.doc.length, insert: "new" },
    userEvent: "input.paste",
  }).state;
  assert.equal(after.selection.main.head, after.doc.length);
});

test("a text with a header of its own takes its place", () => {
  assert.equal(replaced(opened(`${POST_HEAD}\nold`), `${OTHER_HEAD}\nnew`), `${OTHER_HEAD}\nnew`);
});

test("unfolded, it is text like other text", () => {
  assert.equal(replaced(opened(`${POST_HEAD}\nold`, false), "new"), "new");
});

test("what the application sets, and what the author edits elsewhere, is not changed", () => {
  const state = opened(`${POST_HEAD}\nold`);
  const from = POST_HEAD.length + 1;
  assert.equal(state.update({ changes: { from: 0, to: state.doc.length, insert: "new" } }).state.doc.toString(), "new");
  const edited = state.update({ changes: { from, to: from + 3, insert: "new" }, userEvent: "input.type" }).state;
  assert.equal(edited.doc.toString(), `${POST_HEAD}\nnew`);
});

test("wherever a change begins in the visible line and ends behind the header, the header stays", () => {
  for (const head of [SCRIPT_HEAD, POST_HEAD]) {
    for (const text of [head, `${head}\n`, `${head}\nold`, `${head}\n\n\nold\nand more`]) {
      const state = opened(text);
      const newlines = (/^\n*/.exec(text.slice(head.length)) ?? [""])[0].length;
      for (let from = 0; from <= state.doc.line(1).to; from += 1) {
        for (let to = head.length; to <= text.length; to += 1) {
          for (const insert of ["", "new", "\nnew\n"]) {
            const changes = { from, to, insert };
            const after = state.update({ changes, userEvent: insert ? "input.paste" : "delete.selection" }).state;
            const rest = text.slice(to).replace(to - head.length < newlines ? /^\n*/ : "", "");
            const doc = after.doc.toString();
            assert.ok(doc.startsWith(head), JSON.stringify(changes));
            assert.match(doc.slice(head.length), /^(?:\n|$)/);
            assert.ok(doc.endsWith(insert + rest), JSON.stringify(changes));
            assert.equal(doc.slice(head.length, doc.length - (insert + rest).length).trim(), "");
            assert.equal(after.selection.main.head, doc.length - rest.length);
          }
          const changes = { from, to, insert: `${OTHER_HEAD}\n` };
          const other = state.update({ changes, userEvent: "input.paste" }).state.doc.toString();
          assert.equal(other, `${OTHER_HEAD}\n${text.slice(to)}`);
        }
      }
    }
  }
});
