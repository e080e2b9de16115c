/**
 * Where files and index do not agree, and the way to either.
 * @import { Studio } from "../context.js"
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
    differences.length > 1 && h(All, { differences, studio }),
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

/**
 * Both ways for everything at once.
 * @param {{differences: any[], studio: Studio}} props
 */
function All({ differences, studio }) {
  return h(
    "section",
    { class: "card", "aria-label": "All of them" },
    h("h3", null, `${plural(differences.length, "script")} on which they differ`),
    h(Ways, {
      id: "all",
      ways: [
        {
          label: "Take all files",
          words: "The index takes what the files say. No file is changed.",
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
    headers > 0 &&
      `${plural(headers, "header")} ${headers === 1 ? "is" : "are"} written as the index has ${headers === 1 ? "it" : "them"}`,
    back > 0 && `${plural(back, "deleted file")} come${back === 1 ? "s" : ""} back`,
    rest > 0 &&
      `${plural(rest, "file")} stay${rest === 1 ? "s" : ""} as ${rest === 1 ? "it is" : "they are"}, and the index learns of ${rest === 1 ? "it" : "them"}`,
  ].filter(Boolean);
  const text = parts.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. What is replaced is kept in the history.`;
}

/** @param {{difference: any, studio: Studio}} props */
function Difference({ difference, studio }) {
  const { path, state, from, fields } = difference;
  const words = state === "moved" ? `moved, was ${from}` : STATES[/** @type {keyof typeof STATES} */ (state)];
  return h(
    "article",
    { class: "card", "aria-label": path },
    h("h3", null, h("span", { class: "path" }, path), h("span", { class: "tag" }, words)),
    (state === "changed" || state === "moved") && fields.length > 0 && h(Fields, { path, fields }),
    h(Ways, {
      id: path,
      ways: [
        {
          label: state === "removed" ? "Forget it" : "Take the file",
          name: `${state === "removed" ? "Forget it:" : "Take the file of"} ${path}`,
          words: fileWords(difference),
          onClick: () => takeSide(studio, "disk", [path]),
        },
        {
          label: state === "removed" ? "Bring it back" : state === "added" ? "The index" : "Take the index",
          name: state === "removed" ? `Bring it back: ${path}` : `Take the index for ${path}`,
          words: indexWords(difference),
          // What the index does not know it cannot say anything about.
          onClick: state === "added" ? null : () => takeSide(studio, "index", [path]),
        },
      ],
    }),
  );
}

/**
 * Each way out with what it will do.
 * @param {{id: string, ways: {label: string, name?: string, words: string, onClick: (() => void) | null}[]}} props
 */
function Ways({ id, ways }) {
  return h(
    "dl",
    { class: "ways" },
    ways.map(({ label, name, words, onClick }, at) =>
      h(
        "div",
        { key: label },
        h(
          "dt",
          null,
          onClick
            ? h(Button, { label, name, describedBy: `way-${id}-${at}`, onClick })
            : h("span", { class: "quiet" }, label),
        ),
        h("dd", { id: `way-${id}-${at}` }, h(Words, { text: words })),
      ),
    ),
  );
}

/** @param {any} difference */
function fileWords({ state, fields, from }) {
  const taken = namesOf(fields.map((/** @type {any} */ { field }) => field));
  switch (state) {
    case "added":
      return "The index learns of it. The file stays as it is.";
    case "removed":
      return "The index forgets it. Its last text stays in the history; `pybridge scripts restore` brings it back.";
    case "moved":
      return `The index follows it from ${from}${taken ? ` and takes its ${taken}` : ""}. The file stays as it is.`;
    default:
      return `The index takes the file’s ${taken || "text"}. The file stays as it is; what the index had is kept in the history.`;
  }
}

/** @param {any} difference */
function indexWords({ state, fields, writes }) {
  if (state === "added") return "The index knows nothing of it, so there is nothing to bring back.";
  if (state === "removed") return "The file is written again, whole, as the index has it.";
  const hasBody = fields.some((/** @type {any} */ { field }) => field === "body");
  if (writes.length > 0) {
    const body = hasBody ? " Its code stays the file’s." : "";
    return `The header gets the index’s ${namesOf(writes)}.${body} The text before is kept in the history.`;
  }
  return hasBody
    ? "The file stays as it is: code always comes from the file. The index takes it."
    : "The file stays as it is: there is no header to write to, or nothing to write. The index takes its values.";
}

const NAMES = { body: "code", createdAt: "date of creation", updatedAt: "date of change", entrypoint: "entry point" };

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
