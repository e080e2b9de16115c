/**
 * A document and what it becomes, side by side with the code that it depends on.
 * @import { Studio } from "../context.js"
 * @import { Preview, State } from "../types.js"
 */
import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { editDocument, reloadDocument, saveDocument, showDocument } from "../actions/preview.js";
import { startPython } from "../actions/python.js";
import { DocumentEditor } from "../editor/document_editor.js";
import { openBuffer } from "../state.js";
import { Button, Failed, plural } from "./parts.js";

/** @param {{state: State, studio: Studio}} props */
export function PreviewPanel({ state, studio }) {
  const { preview } = state;
  return h(
    "div",
    { class: "preview" },
    h(Bar, { state, studio }),
    h(DocumentEditor, {
      preview,
      jump: state.jump?.in === "document" ? state.jump : null,
      onText: (text) => editDocument(studio, text),
    }),
    h(Errors, { preview, studio }),
    h(Rendered, { preview }),
    state.python.status !== "ready" && h(PythonState, { state, studio }),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Bar({ state, studio }) {
  const { preview, documents } = state;
  const slug = openBuffer(state)?.info?.slug;
  const using = documents.filter(({ macros }) => slug !== undefined && slug in macros);
  const others = documents.filter((document) => !using.includes(document));
  const option = (/** @type {{path: string}} */ { path }) => h("option", { key: path, value: path }, path);
  const dirty = preview.saved !== null && preview.text !== preview.saved.text;
  return h(
    "div",
    { class: "bar" },
    h(
      "select",
      {
        "aria-label": "Document",
        value: preview.path ?? "",
        onChange: (/** @type {any} */ event) => showDocument(studio, event.currentTarget.value || null),
      },
      h("option", { value: "" }, "Scratch document"),
      using.length > 0 && h("optgroup", { label: `Using ${slug}` }, using.map(option)),
      others.length > 0 && h("optgroup", { label: using.length > 0 ? "Others" : "Documents" }, others.map(option)),
    ),
    dirty && h(Button, { label: "Save", onClick: () => saveDocument(studio) }),
    dirty &&
      h(Button, {
        label: "Reload",
        kind: "quiet",
        onClick: () => reloadDocument(studio),
        title: "Undo every unsaved change of this document",
      }),
    h(
      "span",
      { class: "quiet timing", "aria-live": "off" },
      preview.rendered ? `${preview.durationMs.toFixed(0)} ms` : "",
    ),
  );
}

/** @param {{preview: Preview, studio: Studio}} props */
function Errors({ preview, studio }) {
  const { rendered, failure } = preview;
  const errors = rendered?.errors ?? [];
  const unknown = rendered?.macros.filter((macro) => macro.status === "unknown") ?? [];
  if (failure) return h(Failed, { failure });
  if (errors.length + unknown.length === 0) return null;
  return h(
    "section",
    { class: "problems", "aria-label": "Errors in the document", "aria-live": "polite" },
    h(
      "h3",
      null,
      [errors.length > 0 && plural(errors.length, "error"), unknown.length > 0 && `${unknown.length} unknown`]
        .filter(Boolean)
        .join(", "),
    ),
    h(
      "ul",
      null,
      [...errors, ...(rendered?.warnings ?? [])].map((error, at) => h(ErrorLine, { key: at, error, studio })),
    ),
  );
}

/** @param {{error: any, studio: Studio}} props */
function ErrorLine({ error, studio }) {
  const { line = 1, column = 1 } = error.call ?? {};
  const jump = () => studio.store.set({ jump: { in: "document", line, column, at: Date.now() } });
  const where = error.script ? ` (${error.script.path}:${error.script.line})` : "";
  return h(
    "li",
    null,
    h(
      "button",
      { type: "button", class: "problem", onClick: jump },
      h("span", { class: "problem-place" }, `${line}:${column}`),
      h(
        "span",
        null,
        `${error.type && !error.message.startsWith(error.type) ? `${error.type}: ` : ""}${error.message}${where}`,
        error.hint && h("span", { class: "quiet" }, ` – ${error.hint}`),
      ),
    ),
  );
}

/**
 * The page. Its frame runs no script; the HTML was sanitised by the client and again by the server.
 * @param {{preview: Preview}} props
 */
function Rendered({ preview }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  const { html } = preview;
  const fill = () => show(frame.current?.contentDocument ?? null, html);
  useEffect(fill, [html]);
  return h("iframe", {
    class: `page ${preview.isBusy ? "is-busy" : ""}`,
    title: "The rendered document",
    src: "preview.html",
    sandbox: "allow-same-origin",
    ref: frame,
    onLoad: fill,
  });
}

/**
 * @param {Document | null} page
 * @param {string} html
 */
function show(page, html) {
  const main = page?.querySelector("main");
  if (!page || !main) return;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const video of parsed.querySelectorAll("iframe")) {
    const box = parsed.createElement("div");
    box.className = "video";
    box.textContent = `Video from ${new URL(video.src, "http://here/").hostname}, shown on the finished page`;
    video.replaceWith(box);
  }
  main.replaceChildren(...[...parsed.body.childNodes].map((node) => page.importNode(node, true)));
  page.onclick = (event) => {
    if (/** @type {Element} */ (event.target).closest?.("a")) event.preventDefault();
  };
}

/** @param {{state: State, studio: Studio}} props */
function PythonState({ state, studio }) {
  const { status, failure } = state.python;
  if (status === "failed" && failure) {
    return h(Failed, { failure }, h(Button, { label: "Start Python again", onClick: () => startPython(studio) }));
  }
  return h(
    "p",
    { class: "veil", role: "status" },
    h("span", { class: "spinner", "aria-hidden": "true" }),
    "Python is starting …",
  );
}
