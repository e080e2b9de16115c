/**
 * Metadata of the open script, and a form that changes it.
 * @import { Studio } from "../studio.js"
 * @import { Buffer, ScriptInfo, State } from "../types.js"
 */
import { h } from "preact";
import script from "#schemas/script.v1.schema.json";
import { askToDelete, askToRename } from "../actions/dialogs.js";
import { changeAliases, changeField, forgetRefused, setEnabled } from "../actions/metadata.js";
import { showDocument } from "../actions/preview.js";
import { isWritable, openBuffer } from "../state.js";
import { Button, Empty, Failed, Field, plural, TextInput, when } from "./parts.js";

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
    h(Form, { key: path, info, buffer, studio }),
    h(Uses, { buffer, studio }),
    info.kind === "macro" && h(Params, { info }),
    h(Facts, { info }),
    isWritable(path) &&
      h(
        "div",
        { class: "actions details-actions" },
        h(Button, { label: "Delete …", kind: "danger", onClick: () => askToDelete(studio, path) }),
      ),
  );
}

/** @param {{info: ScriptInfo, buffer: Buffer, studio: Studio}} props */
function Form({ info, buffer, studio }) {
  const { path, refused } = buffer;
  const fixed = !isWritable(path);
  const change = (/** @type {string} */ name) => (/** @type {string} */ text) => changeField(studio, path, name, text);
  const reset = () => refused && forgetRefused(studio, path);
  const refusal = (/** @type {string} */ field) =>
    refused?.field === field && h(Failed, { key: `refused-${field}`, failure: refused.failure });
  return h(
    "div",
    { class: "fields" },
    h(
      Field,
      { label: "Title", hint: KNOWN.title.description },
      h(TextInput, { name: "title", value: info.title, disabled: fixed, onCommit: change("title"), onReset: reset }),
    ),
    refusal("title"),
    h(Slug, { info, path, studio }),
    h(
      Field,
      { label: "Aliases", hint: "Other names for the script, separated by commas; ALIASES in the source." },
      h(TextInput, {
        name: "aliases",
        value: info.aliases.join(", "),
        disabled: fixed,
        onCommit: (text) => changeAliases(studio, path, text),
        onReset: reset,
      }),
    ),
    refusal("aliases"),
    h(Field, { label: "Kind" }, h(Kind, { info, fixed, onChoose: change("kind") })),
    refusal("kind"),
    h(
      Field,
      { label: "Entry point", hint: KNOWN.entrypoint.description },
      h(TextInput, {
        name: "entrypoint",
        value: info.entrypoint,
        disabled: fixed,
        onCommit: change("entrypoint"),
        onReset: reset,
      }),
    ),
    refusal("entrypoint"),
    h(Enabled, { info, fixed, onSwitch: (enabled) => setEnabled(studio, path, enabled) }),
    refusal("enabled"),
  );
}

/** The name in documents. Renaming may change documents, so it has a dialog. @param {{info: ScriptInfo, path: string, studio: Studio}} props */
function Slug({ info, path, studio }) {
  return h(
    "div",
    { class: "field" },
    h("span", { class: "field-label", id: "slug-label" }, "Slug"),
    h(
      "div",
      { class: "actions", role: "group", "aria-labelledby": "slug-label" },
      h("code", { class: "slug" }, info.slug),
      isWritable(path) && h(Button, { label: "Rename …", onClick: () => askToRename(studio, path) }),
    ),
  );
}

/** @param {{info: ScriptInfo, fixed: boolean, onChoose: (kind: string) => void}} props */
function Kind({ info, fixed, onChoose, ...others }) {
  const kinds = KNOWN.kind.enum.filter((/** @type {string} */ kind) => kind !== "helper");
  return h(
    "select",
    {
      name: "kind",
      value: info.kind,
      disabled: fixed,
      ...others,
      onChange: (/** @type {any} */ event) => onChoose(event.currentTarget.value),
    },
    kinds.map((/** @type {string} */ kind) => h("option", { key: kind, value: kind }, kind)),
  );
}

/** @param {{info: ScriptInfo, fixed: boolean, onSwitch: (enabled: boolean) => void}} props */
function Enabled({ info, fixed, onSwitch }) {
  const { enabled, kind } = info;
  const can = { macro: "Documents can call it.", transform: "It runs on incoming posts." };
  const words = can[/** @type {keyof typeof can} */ (kind)] ?? "It can be run.";
  const cannot = { macro: "Documents cannot call it.", transform: "It does not run on posts." };
  const off = cannot[/** @type {keyof typeof cannot} */ (kind)] ?? "It can be run only here.";
  return h(
    "label",
    { class: "switch" },
    h("input", {
      type: "checkbox",
      role: "switch",
      checked: enabled,
      disabled: fixed,
      onChange: () => onSwitch(!enabled),
    }),
    h("span", null, "Enabled"),
    h("span", { class: "field-hint" }, enabled ? words : off),
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
    h("h3", null, uses.length === 0 ? "Not used in any document" : `Used in ${plural(uses.length, "document")}`),
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
