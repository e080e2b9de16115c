/** The header of a script or the front matter of a post: folded, and kept when all of the text is replaced. */
import { foldEffect, foldedRanges, unfoldEffect } from "@codemirror/language";
import { EditorState } from "@codemirror/state";

/** The store and the application write it. */
const HEADER = /^(?:"""\n)?---\n[\s\S]*?\n---(?:\n""")?(?=\n|$)/;

/**
 * Fold the header when a text is opened; a click unfolds it.
 * @param {import("@codemirror/view").EditorView} view
 */
export function foldHeader(view) {
  const head = HEADER.exec(view.state.doc.toString());
  const from = view.state.doc.line(1).to;
  if (head) view.dispatch({ effects: foldEffect.of({ from, to: head[0].length }) });
}

/**
 * A fold moves with its text; after the header changed, it would hide other text.
 * @param {import("@codemirror/view").EditorView} view
 */
export function refoldHeader(view) {
  const fold = firstFold(view.state);
  if (fold) view.dispatch({ effects: unfoldEffect.of(fold) });
  foldHeader(view);
}

/**
 * Whether the text has a header, and it is folded.
 * @param {EditorState} state
 */
export function isHeaderFolded(state) {
  return firstFold(state)?.from === state.doc.line(1).to && hasHeader(state.doc.toString());
}

/** @param {string} text */
export const hasHeader = (text) => HEADER.test(text);

/** @param {EditorState} state */
function firstFold(state) {
  const folds = foldedRanges(state).iter();
  return folds.value ? { from: folds.from, to: folds.to } : null;
}

/**
 * Who replaces or deletes all of a folded header sees one line of it, and does not mean its id, title and history: it
 * stays, unless what is pasted has a header of its own. Unfolded, it can be deleted.
 */
export function keepHeader() {
  return EditorState.transactionFilter.of((transaction) => {
    const { startState: before, changes } = transaction;
    const isTyped = transaction.isUserEvent("input") || transaction.isUserEvent("delete");
    if (!transaction.docChanged || !isTyped || !isHeaderFolded(before)) return transaction;
    const text = before.doc.toString();
    const head = /** @type {RegExpExecArray} */ (HEADER.exec(text))[0].length;
    const body = head + /** @type {RegExpExecArray} */ (/^\n*/.exec(text.slice(head)))[0].length;
    /** @type {{from: number, to: number, insert: string}[]} */
    const kept = [];
    let cursor = -1;
    changes.iterChanges((from, to, _from, _to, inserted) => {
      const insert = inserted.toString();
      if (from > before.doc.line(1).to || to < head) return kept.push({ from, to, insert });
      const start = HEADER.test(insert) ? 0 : body;
      const added = start === head && insert !== "" ? `\n${insert}` : insert;
      cursor = start + added.length;
      return kept.push({ from: start, to: Math.max(to, start), insert: added });
    });
    return cursor < 0 ? transaction : { changes: kept, selection: { anchor: cursor }, scrollIntoView: true };
  });
}
