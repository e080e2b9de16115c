/**
 * Problems of a script, and errors of a document, as marks in its editor.
 * @import { EditorState } from "@codemirror/state"
 * @import { Diagnostic } from "@codemirror/lint"
 */
import { positionOf } from "./editor.js";

/**
 * @param {any[]} problems error.v1 or warning.v1
 * @param {"script" | "call"} which the position that refers to this text
 * @param {"error" | "warning"} severity
 * @returns {(state: EditorState) => Diagnostic[]}
 */
export function marks(problems, which, severity) {
  return (state) => problems.map((problem) => mark(state, problem, which, severity));
}

/**
 * @param {EditorState} state
 * @param {any} problem
 * @param {"script" | "call"} which
 * @param {"error" | "warning"} severity
 * @returns {Diagnostic}
 */
function mark(state, problem, which, severity) {
  const place = problem[which] ?? { line: 1, column: 1 };
  const from = positionOf(state, place.line ?? 1, place.column ?? 1);
  const line = state.doc.lineAt(from);
  const rest = state.doc.sliceString(from, line.to);
  const length = which === "call" ? rest.indexOf("]]") + 2 : (rest.match(/^[\w.]+/)?.[0].length ?? 1);
  const to = Math.min(from + Math.max(length, 1), line.to);
  const message = problem.hint ? `${problem.message}\n${problem.hint}` : problem.message;
  return { from: Math.min(from, to), to, severity, message, source: problem.code };
}
