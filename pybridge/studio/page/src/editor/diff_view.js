/** Two texts and their differences: in one column, or side by side. */
import { python } from "@codemirror/lang-python";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { common, numbered } from "./look.js";

const COLLAPSED = { margin: 3, minSize: 6 };

/**
 * @param {{before: string, after: string, label: string, isCode?: boolean}} props
 */
export function UnifiedDiff({ before, after, label, isCode = true }) {
  const host = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const merging = unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: COLLAPSED });
    const extensions = [...readOnly(label, isCode), merging];
    const view = new EditorView({ doc: after, extensions, parent: host.current ?? undefined });
    return () => view.destroy();
  }, [before, after, label, isCode]);
  return h("div", { class: "editor diff", ref: host });
}

/**
 * @param {{left: string, right: string, leftLabel: string, rightLabel: string, isCode: boolean}} props
 */
export function SideBySide({ left, right, leftLabel, rightLabel, isCode }) {
  const host = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const view = new MergeView({
      a: { doc: left, extensions: readOnly(leftLabel, isCode) },
      b: { doc: right, extensions: readOnly(rightLabel, isCode) },
      parent: host.current ?? undefined,
      collapseUnchanged: COLLAPSED,
    });
    return () => view.destroy();
  }, [left, right, leftLabel, rightLabel, isCode]);
  return h("div", { class: "editor side-by-side", ref: host });
}

/**
 * @param {string} label
 * @param {boolean} isCode
 */
function readOnly(label, isCode) {
  const extensions = [common(label), EditorState.readOnly.of(true)];
  return isCode ? [...extensions, numbered(), python()] : extensions;
}
