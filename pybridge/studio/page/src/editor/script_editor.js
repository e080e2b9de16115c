/**
 * The editor of a script.
 * @import { Buffer } from "../types.js"
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { python, pythonLanguage } from "@codemirror/lang-python";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { h } from "preact";
import { useCallback, useMemo, useRef } from "preact/hooks";
import { completeFields } from "./completion.js";
import { Editor } from "./editor.js";
import { common, numbered, editing } from "./look.js";
import { marks } from "./problems.js";

/**
 * @param {{buffer: Buffer, failures: any[], isWritable: boolean, jump: any, onText: (text: string) => void}} props
 */
export function ScriptEditor({ buffer, failures, isWritable, jump, onText }) {
  const latest = useRef(buffer);
  latest.current = buffer;
  const extensions = useCallback(
    () => [
      common(`Source of ${buffer.path}. Escape, then Tab, leaves the editor.`),
      numbered(),
      python(),
      pythonLanguage.data.of({ autocomplete: completeFields(() => latest.current.info?.params) }),
      autocompletion(),
      closeBrackets(),
      lintGutter(),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap]),
      editing(),
      EditorState.readOnly.of(!isWritable),
    ],
    [buffer.path, isWritable],
  );
  const places = failures.map(({ message, script }) => `${script.line}:${script.column}:${message}`).join("\n");
  const marked = useMemo(() => [...buffer.problems, ...failures], [buffer.problems, places]);
  return h(Editor, {
    name: buffer.path,
    text: buffer.text,
    extensions,
    onText,
    diagnostics: marks(marked, "script", "error"),
    diagnosticsOf: marked,
    jump,
  });
}
