/**
 * Where files and index do not agree, and the way to either.
 * @import { Studio } from "../context.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { showDifferences, takeSide } from "../actions/differences.js";
import { Button, Empty, Failed, plural } from "./parts.js";

const STATES = { added: "only on the disk", changed: "differs", moved: "moved", removed: "only in the index" };

/** @param {{state: State, studio: Studio}} props */
export function Differences({ state, studio }) {
  const { report, failure } = state.differences;
  return h(
    "section",
    { class: "sheet", "aria-label": "Files and index" },
    h(
      "header",
      { class: "sheet-head" },
      h(
        "div",
        null,
        h("h2", null, "Files and index"),
        h(
          "p",
          { class: "quiet" },
          "The files are the truth. The index remembers what they said last; it can bring back what was lost.",
        ),
      ),
      h(Button, { label: "Compare again", onClick: () => showDifferences(studio) }),
    ),
    failure && h(Failed, { failure }),
    report &&
      (report.same && report.conflicting.length === 0
        ? h(Empty, { title: "Files and index agree." }, "Change a file outside of the studio, and it shows here.")
        : h(Table, { state, studio })),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Table({ state, studio }) {
  const { differences = [], conflicting = [] } = state.differences.report ?? {};
  return h(
    "div",
    null,
    differences.length > 0 &&
      h(
        "div",
        { class: "bar" },
        h("p", null, `${plural(differences.length, "script")} on which they differ.`),
        h(Button, {
          label: "Take the files",
          kind: "primary",
          onClick: () => takeSide(studio, "disk"),
          title: "The index is brought up to the files",
        }),
        h(Button, {
          label: "Take the index",
          onClick: () => takeSide(studio, "index"),
          title: "Headers are written from the index, deleted files come back",
        }),
      ),
    differences.map((difference) => h(Difference, { key: difference.path, difference, studio })),
    conflicting.length > 0 && h("h3", null, "Claimed by several scripts"),
    h(
      "ul",
      null,
      conflicting.map((/** @type {any} */ clash) =>
        h(
          "li",
          { key: `${clash.kind}${clash.value}` },
          `${clash.kind} `,
          h("code", null, clash.value),
          `: ${clash.paths.join(", ")}; the first wins`,
        ),
      ),
    ),
  );
}

/** @param {{difference: any, studio: Studio}} props */
function Difference({ difference, studio }) {
  const { path, state, from, fields } = difference;
  const cell = (/** @type {unknown} */ value) =>
    value === null || value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  const row = (/** @type {any} */ { field, disk, index }) =>
    h("tr", { key: field }, h("th", { scope: "row" }, field), h("td", null, cell(disk)), h("td", null, cell(index)));
  return h(
    "article",
    { class: "card", "aria-label": path },
    h(
      "div",
      { class: "bar" },
      h(
        "h3",
        null,
        path,
        h("span", { class: "tag" }, STATES[/** @type {keyof typeof STATES} */ (state)], from ? ` from ${from}` : ""),
      ),
      h(Button, {
        label: "File",
        name: `Take the file of ${path}`,
        kind: "quiet",
        onClick: () => takeSide(studio, "disk", [path]),
      }),
      h(Button, {
        label: "Index",
        name: `Take the index for ${path}`,
        kind: "quiet",
        onClick: () => takeSide(studio, "index", [path]),
      }),
    ),
    fields.length > 0 &&
      h(
        "div",
        { class: "scroll", tabIndex: 0, role: "group", "aria-label": `Differences of ${path}` },
        h(
          "table",
          null,
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              ["field", "file", "index"].map((name) => h("th", { key: name, scope: "col" }, name)),
            ),
          ),
          h("tbody", null, fields.map(row)),
        ),
      ),
  );
}
