/**
 * An editor component: the text comes from the state, and every edit goes to it.
 * @import { Extension } from "@codemirror/state"
 * @import { Diagnostic } from "@codemirror/lint"
 */
import { setDiagnostics } from "@codemirror/lint";
import { diff } from "@codemirror/merge";
import { Annotation, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { foldHeader, hasHeader, isHeaderFolded, keepHeader, refoldHeader } from "./header.js";

/** Marks a change that came from the state, not from the author. */
const FromState = Annotation.define();

/**
 * @typedef {object} EditorProps
 * @property {string} name of the text; each name has an editor of its own, with its own undo
 * @property {string} text
 * @property {() => Extension} extensions
 * @property {(text: string) => void} onText
 * @property {(state: EditorState) => Diagnostic[]} [diagnostics]
 * @property {unknown} [diagnosticsOf] the source of the diagnostics, which are computed again when it changes
 * @property {any[]} [effects] dispatched when they change
 * @property {{line: number, column: number, at: number, isQuiet?: boolean} | null} [jump] where to put the cursor;
 *   quietly without taking the focus
 *
 * @param {EditorProps} props
 */
export function Editor(props) {
  const { name, text, diagnosticsOf, effects, jump } = props;
  const host = useRef(/** @type {HTMLElement | null} */ (null));
  const view = useRef(/** @type {EditorView | null} */ (null));
  const latest = useRef(props);
  latest.current = props;

  useLayoutEffect(() => {
    const made = new EditorView({ state: remembered(name, latest), parent: host.current ?? undefined });
    foldHeader(made);
    view.current = made;
    const resizing = new ResizeObserver(() => keepCursorInView(made));
    resizing.observe(made.dom);
    return () => {
      resizing.disconnect();
      kept.set(name, made.state);
      made.destroy();
    };
  }, [name]);
  // In the layout phase: later, it would undo what was typed meanwhile.
  useLayoutEffect(() => setText(view.current, text), [name, text]);
  useLayoutEffect(() => {
    const { current } = view;
    const { diagnostics } = latest.current;
    if (current && diagnostics) current.dispatch(setDiagnostics(current.state, diagnostics(current.state)));
  }, [name, diagnosticsOf]);
  useLayoutEffect(() => {
    if (effects?.length) view.current?.dispatch({ effects });
  }, [name, effects]);
  useLayoutEffect(() => {
    if (jump && view.current) goTo(view.current, jump);
  }, [name, jump?.at]);
  return h("div", { class: "editor", ref: host });
}

/**
 * A list of problems that opens below must not cover the cursor.
 * @param {EditorView} view
 */
function keepCursorInView(view) {
  if (view.hasFocus) view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head) });
}

/** States of closed editors, with their undo. @type {Map<string, EditorState>} */
const kept = new Map();

/**
 * @param {string} name
 * @param {{current: EditorProps}} latest
 */
function remembered(name, latest) {
  const { text, extensions } = latest.current;
  const before = kept.get(name);
  if (before?.doc.toString() === text) return before;
  const listening = EditorView.updateListener.of((update) => {
    const isOurs = update.transactions.some((each) => each.annotation(FromState));
    if (update.docChanged && !isOurs) latest.current.onText(update.state.doc.toString());
  });
  return EditorState.create({ doc: text, extensions: [extensions(), keepHeader(), listening] });
}

/**
 * Change only what differs, so that cursor and scrolling stay.
 * @param {EditorView | null} view
 * @param {string} text
 */
function setText(view, text) {
  if (view === null) return;
  const before = view.state.doc.toString();
  if (before === text) return;
  const changes = diff(before, text).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    insert: text.slice(fromB, toB),
  }));
  const isFolded = isHeaderFolded(view.state);
  view.dispatch({ changes, annotations: FromState.of(true) });
  if (isFolded || !hasHeader(before)) refoldHeader(view);
}

/**
 * @param {EditorView} view
 * @param {{line: number, column: number, isQuiet?: boolean}} place
 */
function goTo(view, { line, column, isQuiet = false }) {
  const anchor = positionOf(view.state, line, column);
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: isQuiet ? "start" : "center", yMargin: 40 }),
  });
  if (!isQuiet) view.focus();
}

/**
 * The offset of a position that Python reported.
 * @param {EditorState} state
 * @param {number} line from 1
 * @param {number} column in code points, from 1
 */
export function positionOf(state, line, column) {
  const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  const before = [...found.text].slice(0, Math.max(column - 1, 0)).join("");
  return found.from + before.length;
}
