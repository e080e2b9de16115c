/**
 * What is known of the open script, and the form for what can be changed.
 * @import { Studio } from "../context.js"
 * @import { Buffer, ScriptInfo, State } from "../types.js"
 */
import { h } from "preact";
import script from "#schemas/script.v1.schema.json";
import { askToDelete, askToRename } from "../actions/dialogs.js";
import { changeFields } from "../actions/metadata.js";
import { showDocument } from "../actions/preview.js";
import { isWritable, setEnabled } from "../actions/scripts.js";
import { openBuffer } from "../state.js";
import { Button, Empty, Field, plural, TextInput, when } from "./parts.js";

/** @type {Record<string, any>} */
const KNOWN = script.properties;

/** @param {{state: State, studio: Studio}} props */
export function Details({ state, studio }) {
  const buffer = openBuffer(state);
  if (!buffer?.info) return h(Empty, { title: "No script is open." }, "Choose one from the list.");
  const { info, path } = buffer;
  return h(
    "div",
    { class: "details" },
    h(Form, { info, path, studio }),
    h(Uses, { buffer, studio }),
    info.kind === "macro" && h(Params, { info }),
    h(Facts, { info }),
    isWritable(path) &&
      h(
        "div",
        { class: "actions details-actions" },
        h(Button, { label: "Rename …", onClick: () => askToRename(studio, path) }),
        h(Button, { label: "Delete …", kind: "danger", onClick: () => askToDelete(studio, path) }),
      ),
  );
}

/** @param {{info: ScriptInfo, path: string, studio: Studio}} props */
function Form({ info, path, studio }) {
  const fixed = !isWritable(path);
  const change = (/** @type {string} */ name) => (/** @type {string} */ text) =>
    changeFields(studio, path, { [name]: text });
  const kinds = KNOWN.kind.enum.filter((/** @type {string} */ kind) => kind !== "helper");
  return h(
    "div",
    { class: "fields" },
    h(
      Field,
      { label: "Title", hint: KNOWN.title.description },
      h(TextInput, { name: "title", value: info.title, disabled: fixed, onCommit: change("title") }),
    ),
    h(
      Field,
      { label: "Kind" },
      h(
        "select",
        {
          name: "kind",
          value: info.kind,
          disabled: fixed,
          onChange: (/** @type {any} */ event) => change("kind")(event.currentTarget.value),
        },
        kinds.map((/** @type {string} */ kind) => h("option", { key: kind, value: kind }, kind)),
      ),
    ),
    h(
      Field,
      { label: "Entry point", hint: KNOWN.entrypoint.description },
      h(TextInput, { name: "entrypoint", value: info.entrypoint, disabled: fixed, onCommit: change("entrypoint") }),
    ),
    h(
      "label",
      { class: "switch" },
      h("input", {
        type: "checkbox",
        role: "switch",
        checked: info.enabled,
        disabled: fixed,
        onChange: () => setEnabled(studio, path, !info.enabled),
      }),
      h("span", null, "Enabled"),
      h("span", { class: "field-hint" }, info.enabled ? "Documents can call it." : "Documents cannot call it."),
    ),
  );
}

/** @param {{buffer: Buffer, studio: Studio}} props */
function Uses({ buffer, studio }) {
  const { uses, info } = buffer;
  if (info?.kind !== "macro") return null;
  const open = (/** @type {string} */ path) => {
    studio.store.set({ panel: "preview" });
    void showDocument(studio, path, [info.slug, ...info.aliases]);
  };
  return h(
    "section",
    { "aria-label": "Uses" },
    h("h3", null, uses.length === 0 ? "Used in no document" : `Used in ${plural(uses.length, "document")}`),
    h(
      "ul",
      { class: "uses" },
      uses.map(({ path, count }) =>
        h(
          "li",
          { key: path },
          h("button", { type: "button", class: "link", onClick: () => open(path) }, path),
          count > 1 && h("span", { class: "quiet" }, ` ${count}×`),
        ),
      ),
    ),
  );
}

/** @param {{info: ScriptInfo}} props */
function Params({ info }) {
  /** @type {any} */
  const schema = info.params;
  const entries = Object.entries(schema?.properties ?? {});
  if (entries.length === 0) return null;
  const row = (/** @type {[string, any]} */ [name, { type, description, default: standard, enum: choices }]) =>
    h(
      "tr",
      { key: name },
      h(
        "th",
        { scope: "row" },
        h("code", null, name),
        schema.required?.includes(name) && h("span", { class: "tag" }, "required"),
      ),
      h("td", null, choices ? choices.join(", ") : (type ?? "any")),
      h(
        "td",
        null,
        description ?? "",
        standard === undefined ? "" : h("span", { class: "quiet" }, ` Default: ${standard}.`),
      ),
    );
  return h(
    "section",
    { "aria-label": "Params" },
    h("h3", null, "Params"),
    h(
      "div",
      { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table of params" },
      h("table", null, h("tbody", null, entries.map(row))),
    ),
  );
}

/** @param {{info: ScriptInfo}} props */
function Facts({ info }) {
  const facts = [
    ["Slug", h("code", null, info.slug)],
    [
      "Aliases, from ALIASES",
      info.aliases.length > 0 ? info.aliases.map((alias) => h("code", { key: alias }, alias)) : "–",
    ],
    ["Version", String(info.version)],
    ["Changed", when(info.updatedAt)],
    ["Created", when(info.createdAt)],
    ["Takes a body", info.body ? "yes" : "no"],
    ["Needs", info.needs === null ? "all data" : info.needs.join(", ") || "no data"],
    ["Id", h("code", { class: "long" }, info.id)],
  ];
  return h(
    "dl",
    { class: "facts" },
    facts.map(([name, value], at) => h("div", { key: at }, h("dt", null, name), h("dd", null, value))),
  );
}
