/**
 * The document beside the code: its source, its errors, its rendering.
 * @import { Studio } from "../studio.js"
 * @import { Preview, State } from "../types.js"
 */
import { h } from "preact";
import { useEffect, useState } from "preact/hooks";
import { editDocument, keepMyDocument, saveDocument, takeTheirDocument } from "../actions/documents.js";
import { showDocument } from "../actions/preview.js";
import { startPython } from "../actions/python.js";
import { Rendered } from "./rendered.js";
import { DocumentEditor } from "../editor/document_editor.js";
import { isDocumentDirty, openBuffer } from "../state.js";
import { Button, Failed, plural } from "./parts.js";
import { FailedAt, ScriptPlace } from "./script_place.js";

/** @param {{state: State, studio: Studio}} props */
export function PreviewPanel({ state, studio }) {
  const { preview } = state;
  return h(
    "div",
    { class: "preview" },
    h("div", null, h(Bar, { state, studio }), preview.conflict && h(DocumentConflict, { preview, studio })),
    h(DocumentEditor, {
      preview,
      jump: state.jump?.in === "document" ? state.jump : null,
      onText: (text) => editDocument(studio, text),
    }),
    h(Errors, { preview, studio }),
    h(Rendered, { preview, media: studio.media }),
    state.python.status !== "ready" && h(PythonState, { state, studio }),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Bar({ state, studio }) {
  const { preview, documents } = state;
  const info = openBuffer(state)?.info;
  const names = info ? [info.slug, ...info.aliases] : [];
  const using = documents.filter(({ macros }) => names.some((name) => name in macros));
  const others = documents.filter((document) => !using.includes(document));
  const option = (/** @type {{path: string}} */ { path }) =>
    h("option", { key: path, value: path }, state.drafts.includes(`document:${path}`) ? `${path} (unsaved)` : path);
  const isGone = preview.path !== null && !documents.some(({ path }) => path === preview.path);
  const dirty = isDocumentDirty(preview) && preview.conflict === null;
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
      isGone && preview.path !== null && option({ path: preview.path }),
      using.length > 0 && h("optgroup", { label: `Using ${info?.slug}` }, using.map(option)),
      others.length > 0 && h("optgroup", { label: using.length > 0 ? "Others" : "Documents" }, others.map(option)),
    ),
    dirty && h(SaveButtons, { isSaving: preview.isSaving, studio }),
    preview.isBusy
      ? h(Rendering, { studio })
      : h(
          "span",
          { class: "quiet timing", "aria-live": "off" },
          preview.rendered ? `${preview.durationMs.toFixed(0)} ms` : "",
        ),
  );
}

/** @param {{isSaving: boolean, studio: Studio}} props */
function SaveButtons({ isSaving, studio }) {
  return [
    h(Button, {
      label: isSaving ? "Saving …" : "Save",
      name: "Save the document",
      disabled: isSaving,
      busy: isSaving,
      onClick: () => saveDocument(studio),
      title: "Ctrl-S",
    }),
    h(Button, {
      label: "Revert",
      name: "Revert the document",
      kind: "quiet",
      onClick: () => takeTheirDocument(studio),
      title: "Discard all unsaved changes of this document",
    }),
  ];
}

/** Renderings that take longer are shown. */
const PATIENCE_MS = 300;

/**
 * A rendering that takes long, and a button that stops it.
 * @param {{studio: Studio}} props
 */
function Rendering({ studio }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;
  return h(
    "span",
    { class: "actions", role: "status" },
    h("span", { class: "quiet" }, h("span", { class: "spinner", "aria-hidden": "true" }), " Rendering …"),
    h(Button, {
      label: "Stop",
      name: "Stop the rendering",
      icon: "stop",
      kind: "danger",
      onClick: () => studio.renderer.stop(),
    }),
  );
}

/** @param {{preview: Preview, studio: Studio}} props */
function DocumentConflict({ preview, studio }) {
  const isGone = preview.conflict?.theirs === null;
  return h(
    "div",
    { class: "banner banner-warn", role: "alert" },
    h(
      "p",
      null,
      h(
        "strong",
        null,
        isGone ? "The document was deleted outside." : "The document changed outside while you were writing.",
      ),
      isGone ? " Your text is still here." : " Nothing is lost: both texts are here.",
    ),
    h(
      "div",
      { class: "actions" },
      !isGone &&
        h(Button, { label: "Compare", onClick: () => studio.store.set({ dialog: { kind: "compare-document" } }) }),
      h(Button, { label: isGone ? "Write it again" : "Keep mine", onClick: () => keepMyDocument(studio) }),
      h(Button, { label: isGone ? "Discard my text" : "Take theirs", onClick: () => takeTheirDocument(studio) }),
    ),
  );
}

/** @param {{preview: Preview, studio: Studio}} props */
function Errors({ preview, studio }) {
  const { rendered, failure, isStopped } = preview;
  const errors = rendered?.errors ?? [];
  const unknown = rendered?.macros.filter((macro) => macro.status === "unknown") ?? [];
  if (isStopped) return h(Stopped, { studio });
  if (failure) return h(FailedAt, { failure, studio });
  const warnings = rendered?.warnings ?? [];
  if (errors.length + unknown.length + warnings.length === 0) return null;
  return h(
    "section",
    { class: "problems", "aria-label": "Errors in the document", "aria-live": "polite" },
    h(
      "h3",
      null,
      [
        errors.length > 0 && plural(errors.length, "error"),
        unknown.length > 0 && `${unknown.length} unknown`,
        warnings.length > 0 && plural(warnings.length, "warning"),
      ]
        .filter(Boolean)
        .join(", "),
    ),
    h(
      "ul",
      null,
      [...errors, ...warnings].map((error, at) => h(ErrorLine, { key: at, error, studio })),
    ),
  );
}

/** @param {{studio: Studio}} props */
function Stopped({ studio }) {
  return h(
    "div",
    { class: "banner", role: "status" },
    h("p", null, "Stopped. The page below is the previous rendering; the next change renders it again."),
    h("div", { class: "actions" }, h(Button, { label: "Render now", onClick: () => studio.renderer.request() })),
  );
}

/** @param {{error: any, studio: Studio}} props */
function ErrorLine({ error, studio }) {
  const { line = 1, column = 1 } = error.call ?? {};
  const jump = () => studio.store.set({ jump: { in: "document", line, column, at: Date.now() } });
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
        `${error.type && !error.message.startsWith(error.type) ? `${error.type}: ` : ""}${error.message}`,
        error.hint && h("span", { class: "quiet" }, ` – ${error.hint}`),
      ),
    ),
    error.script && h(ScriptPlace, { place: error.script, studio }),
  );
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
