/** Two texts and what differs: below one another, or side by side. */
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
    const extensions = [...reading(label, isCode), merging];
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
      a: { doc: left, extensions: reading(leftLabel, isCode) },
      b: { doc: right, extensions: reading(rightLabel, isCode) },
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
function reading(label, isCode) {
  const extensions = [common(label), EditorState.readOnly.of(true)];
  return isCode ? [...extensions, numbered(), python()] : extensions;
}
