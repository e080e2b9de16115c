/**
 * Earlier versions of the open script, compared with its text.
 * @import { Studio } from "../studio.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { useEffect } from "preact/hooks";
import { chooseVersion, restoreVersion, showHistory } from "../actions/history.js";
import { UnifiedDiff } from "../editor/diff_view.js";
import { Button, Empty, Failed, when } from "./parts.js";

/** @param {{state: State, studio: Studio}} props */
export function HistoryPanel({ state, studio }) {
  const { history, selected } = state;
  const sha256 = selected ? state.buffers[selected]?.base?.sha256 : undefined;
  useEffect(() => {
    if (selected) void showHistory(studio, selected);
  }, [selected, sha256]);
  if (selected === null) return h(Empty, { title: "No script is open." }, "Choose one from the list.");
  if (history?.failure && !history.report) return h(Failed, { failure: history.failure });
  if (!history?.report) return null;
  const { versions } = history.report;
  if (versions.length === 0) {
    return h(Empty, { title: "No earlier versions." }, "Each save keeps the previous text; it is listed here.");
  }
  const text = state.buffers[selected]?.text ?? "";
  return h(
    "div",
    { class: "history" },
    h(
      "ol",
      { class: "versions", "aria-label": "Earlier versions" },
      versions.map((version) =>
        h(
          "li",
          { key: `${version.sha256}${version.at}` },
          h(
            "button",
            {
              type: "button",
              class: "entry",
              "aria-current": version.sha256 === history.chosen ? "true" : undefined,
              onClick: () => chooseVersion(studio, version.sha256),
            },
            h("span", { class: "entry-name" }, `Version ${version.version}`),
            h("span", { class: "quiet" }, `${version.event} ${when(version.at)}`),
          ),
        ),
      ),
    ),
    history.failure && h(Failed, { failure: history.failure }),
    history.content !== null && h(Comparison, { earlier: history.content, now: text, studio }),
  );
}

/** @param {{earlier: string, now: string, studio: Studio}} props */
function Comparison({ earlier, now, studio }) {
  return h(
    "section",
    { class: "comparison", "aria-label": "What restoring would change" },
    h(
      "div",
      { class: "bar" },
      h("p", { class: "quiet" }, earlier === now ? "Same as the current text." : "What restoring would change:"),
      h(Button, {
        label: "Restore",
        kind: "primary",
        disabled: earlier === now,
        onClick: () => restoreVersion(studio),
      }),
    ),
    earlier !== now && h(UnifiedDiff, { before: now, after: earlier, label: "What restoring would change" }),
  );
}
