/**
 * The editor of a document, with its macros as chips and its errors as marks.
 * @import { Preview } from "../types.js"
 */
import { markdown } from "@codemirror/lang-markdown";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { keymap } from "@codemirror/view";
import { h } from "preact";
import { useMemo } from "preact/hooks";
import { chips, setMacros } from "./chips.js";
import { Editor } from "./editor.js";
import { common, editing } from "./look.js";
import { marks } from "./problems.js";

/**
 * @param {{preview: Preview, jump: any, onText: (text: string) => void}} props
 */
export function DocumentEditor({ preview, jump, onText }) {
  const { path, text, rendered } = preview;
  const macros = rendered?.macros;
  const effects = useMemo(() => [setMacros.of(macros ?? [])], [macros]);
  return h(Editor, {
    name: `document:${path ?? ""}`,
    text,
    extensions: () => [
      common(`Source of ${path ?? "the scratch document"}. Escape, then Tab, leaves the editor.`),
      markdown(),
      chips(),
      lintGutter(),
      keymap.of(lintKeymap),
      editing(),
    ],
    onText,
    diagnostics: (state) => [
      ...marks(rendered?.errors ?? [], "call", "error")(state),
      ...marks(rendered?.warnings ?? [], "call", "warning")(state),
    ],
    diagnosticsOf: rendered,
    effects,
    jump,
  });
}
