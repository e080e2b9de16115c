/**
 * Differences between files and index, and buttons that take either side.
 * @import { Studio } from "../studio.js"
 * @import { State } from "../types.js"
 */
import { h } from "preact";
import { showDifferences, takeSide } from "../actions/differences.js";
import { Button, Empty, Failed, plural, Words } from "./parts.js";

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
          "The files are the source. The index holds their last known metadata and text, and can restore a deleted file.",
        ),
      ),
      h(Button, { label: "Compare again", onClick: () => showDifferences(studio) }),
    ),
    failure && h(Failed, { failure }),
    report &&
      (report.same && report.conflicting.length === 0
        ? h(Empty, { title: "Files and index agree." }, "A file that changes outside the studio is listed here.")
        : h(Table, { state, studio })),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Table({ state, studio }) {
  const { differences = [], conflicting = [] } = state.differences.report ?? {};
  return h(
    "div",
    null,
    differences.length > 1 && h(TakeAll, { differences, studio }),
    differences.map((difference) => h(Difference, { key: difference.path, difference, studio })),
    conflicting.length > 0 && h("h3", null, "Used by several scripts"),
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

/**
 * Take one side for all scripts.
 * @param {{differences: any[], studio: Studio}} props
 */
function TakeAll({ differences, studio }) {
  return h(
    "section",
    { class: "card", "aria-label": "All scripts" },
    h("h3", null, `${plural(differences.length, "script")} differ${differences.length === 1 ? "s" : ""}`),
    h(Choices, {
      id: "all",
      choices: [
        {
          label: "Take all files",
          words: "The index is updated from the files. No file is changed.",
          onClick: () => takeSide(studio, "disk"),
        },
        {
          label: "Take all from the index",
          words: allFromIndex(differences),
          onClick: () => takeSide(studio, "index"),
        },
      ],
    }),
  );
}

/** @param {any[]} differences */
function allFromIndex(differences) {
  const back = differences.filter(({ state }) => state === "removed").length;
  const headers = differences.filter(({ writes }) => writes.length > 0).length;
  const rest = differences.length - back - headers;
  const parts = [
    headers > 0 && `${plural(headers, "header")} ${headers === 1 ? "is" : "are"} overwritten with the index’s values`,
    back > 0 && `${plural(back, "deleted file")} ${back === 1 ? "is" : "are"} restored`,
    rest > 0 &&
      `${plural(rest, "file")} stay${rest === 1 ? "s" : ""} unchanged, and the index is updated from ${rest === 1 ? "it" : "them"}`,
  ].filter(Boolean);
  const text = parts.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. Replaced texts are kept in the history.`;
}

/** @param {{difference: any, studio: Studio}} props */
function Difference({ difference, studio }) {
  const { path, state, from, fields } = difference;
  const words = state === "moved" ? `moved from ${from}` : STATES[/** @type {keyof typeof STATES} */ (state)];
  return h(
    "article",
    { class: "card", "aria-label": path },
    h("h3", null, h("span", { class: "path" }, path), h("span", { class: "tag" }, words)),
    (state === "changed" || state === "moved") && fields.length > 0 && h(Fields, { path, fields }),
    h(Choices, {
      id: path,
      choices: [
        {
          label: state === "removed" ? "Remove from the index" : "Take the file",
          name: `${state === "removed" ? "Remove from the index:" : "Take the file of"} ${path}`,
          words: fileWords(difference),
          onClick: () => takeSide(studio, "disk", [path]),
        },
        {
          label: state === "removed" ? "Restore the file" : state === "added" ? "The index" : "Take the index",
          name: state === "removed" ? `Restore the file: ${path}` : `Take the index for ${path}`,
          words: indexWords(difference),
          // The index has no entry to take.
          onClick: state === "added" ? null : () => takeSide(studio, "index", [path]),
        },
      ],
    }),
  );
}

/**
 * Buttons, each with its effect.
 * @param {{id: string, choices: {label: string, name?: string, words: string, onClick: (() => void) | null}[]}} props
 */
function Choices({ id, choices }) {
  return h(
    "dl",
    { class: "choices" },
    choices.map(({ label, name, words, onClick }, at) =>
      h(
        "div",
        { key: label },
        h(
          "dt",
          null,
          onClick
            ? h(Button, { label, name, describedBy: `choice-${id}-${at}`, onClick })
            : h("span", { class: "quiet" }, label),
        ),
        h("dd", { id: `choice-${id}-${at}` }, h(Words, { text: words })),
      ),
    ),
  );
}

/** @param {any} difference */
function fileWords({ state, fields, from }) {
  const taken = namesOf(fields.map((/** @type {any} */ { field }) => field));
  switch (state) {
    case "added":
      return "The script is added to the index. The file is not changed.";
    case "removed":
      return "The script is removed from the index. Its last text stays in the history; `pybridge scripts restore` restores it.";
    case "moved":
      return `The index records the move from ${from}${taken ? ` and takes the file’s ${taken}` : ""}. The file is not changed.`;
    default:
      return `The index takes the file’s ${taken || "text"}. The file is not changed; the index’s previous text is kept in the history.`;
  }
}

/** @param {any} difference */
function indexWords({ state, fields, writes }) {
  if (state === "added") return "The index has no entry for it, so there is nothing to restore.";
  if (state === "removed") return "The whole file is written from the index.";
  const hasBody = fields.some((/** @type {any} */ { field }) => field === "body");
  if (writes.length > 0) {
    const body = hasBody ? " The code is not changed." : "";
    return `The header gets the index’s ${namesOf(writes)}.${body} The previous text is kept in the history.`;
  }
  return hasBody
    ? "The file is not changed: code always comes from the file. The index takes it."
    : "The file is not changed: it has no header, or there is nothing to write. The index takes its values.";
}

const NAMES = { body: "code", createdAt: "creation date", updatedAt: "modification date", entrypoint: "entry point" };

/** @param {string[]} fields */
function namesOf(fields) {
  const names = fields.map((field) => NAMES[/** @type {keyof typeof NAMES} */ (field)] ?? field);
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}

/** @param {{path: string, fields: any[]}} props */
function Fields({ path, fields }) {
  const cell = (/** @type {string} */ field, /** @type {unknown} */ value) => {
    if (value === null || value === undefined) return "–";
    if (field === "body") return h("code", null, String(value).slice(0, 12));
    if (typeof value === "boolean") return value ? "yes" : "no";
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  const row = (/** @type {any} */ { field, disk, index }) =>
    h(
      "tr",
      { key: field },
      h("th", { scope: "row" }, namesOf([field])),
      h("td", null, cell(field, disk)),
      h("td", null, cell(field, index)),
    );
  return h(
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
          ["", "the file", "the index"].map((name, at) =>
            name ? h("th", { key: at, scope: "col" }, name) : h("td", { key: at }),
          ),
        ),
      ),
      h("tbody", null, fields.map(row)),
    ),
  );
}
