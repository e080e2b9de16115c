/**
 * The dialogs: create, rename, delete, remove aliases, compare.
 * @import { Studio } from "../studio.js"
 * @import { Dialog, State } from "../types.js"
 */
import { h } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { closeDialog, confirmDialog, patchDialog } from "../actions/dialogs.js";
import { keepMyDocument, takeTheirDocument } from "../actions/documents.js";
import { keepMine, takeTheirs } from "../actions/scripts.js";
import { SideBySide } from "../editor/diff_view.js";
import { scriptAt } from "../state.js";
import { Button, Failed, Field, plural, Words } from "./parts.js";

/** @param {{state: State, studio: Studio}} props */
export function Dialogs({ state, studio }) {
  const { dialog } = state;
  if (dialog === null) return null;
  switch (dialog.kind) {
    case "create":
      return h(Create, { dialog, studio, state });
    case "rename":
      return h(Rename, { dialog, studio, state });
    case "delete":
      return h(Delete, { dialog, studio, state });
    case "aliases":
      return h(RemoveAliases, { dialog, studio, state });
    case "compare":
      return h(CompareScript, { path: dialog.path, studio, state });
    case "compare-document":
      return h(CompareDocument, { studio, state });
  }
}

/**
 * A modal dialog: Escape closes it, the keyboard stays inside.
 * @param {{title: string, studio: Studio, children?: any, wide?: boolean}} props
 */
function Modal({ title, studio, children, wide }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  // Before the browser paints, so that the next key goes into the dialog.
  useLayoutEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    element.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return h(
    "dialog",
    {
      ref: element,
      class: wide ? "dialog dialog-wide" : "dialog",
      "aria-labelledby": "dialog-title",
      onClose: () => closeDialog(studio),
    },
    h("h2", { id: "dialog-title" }, title),
    children,
  );
}

/** @param {{studio: Studio, label: string, kind?: "primary" | "danger", failure: any, children?: any, state: State}} props */
function Confirm({ studio, label, kind = "primary", failure, children, state }) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void confirmDialog(studio);
  };
  const busy = state.isConfirming;
  return h(
    "form",
    { onSubmit: submit },
    children,
    failure && h(Failed, { failure }),
    h(
      "div",
      { class: "actions dialog-actions" },
      h(Button, { label: "Cancel", kind: "quiet", onClick: () => closeDialog(studio) }),
      h(Button, { label: busy ? `${label} …` : label, kind, type: "submit", disabled: busy }),
    ),
  );
}

const KINDS = {
  macro: "Called in documents: [[its-name …]]",
  transform: "Changes incoming posts",
  utility: "A program that you start",
};

/** @param {{dialog: Extract<Dialog, {kind: "create"}>, studio: Studio, state: State}} props */
function Create({ dialog, studio, state }) {
  return h(
    Modal,
    { title: "New script", studio },
    h(
      Confirm,
      { studio, label: "Create", failure: dialog.failure, state },
      h(
        Field,
        { label: "Title", hint: "The name in documents is made from it; you can change it later." },
        h("input", {
          type: "text",
          value: dialog.title,
          required: true,
          maxLength: 200,
          onInput: (/** @type {any} */ event) => patchDialog(studio, { title: event.currentTarget.value }),
        }),
      ),
      h(
        "fieldset",
        null,
        h("legend", null, "Kind"),
        Object.entries(KINDS).map(([kind, words]) =>
          h(
            "label",
            { key: kind, class: "choice" },
            h("input", {
              type: "radio",
              name: "kind",
              checked: dialog.script === kind,
              onChange: () => patchDialog(studio, { script: kind }),
            }),
            h("span", null, h("strong", null, kind), h("span", { class: "field-hint" }, words)),
          ),
        ),
      ),
    ),
  );
}

/** @param {{dialog: Extract<Dialog, {kind: "rename"}>, studio: Studio, state: State}} props */
function Rename({ dialog, studio, state }) {
  const count = state.buffers[dialog.path]?.uses.length ?? 0;
  return h(
    Modal,
    { title: `Rename ${scriptAt(state, dialog.path)?.slug ?? dialog.path}`, studio },
    h(
      Confirm,
      { studio, label: "Rename", failure: dialog.failure, state },
      h(
        Field,
        { label: "Slug", hint: "The name in documents and of the file." },
        h("input", {
          type: "text",
          value: dialog.slug,
          required: true,
          spellcheck: false,
          onInput: (/** @type {any} */ event) => patchDialog(studio, { slug: event.currentTarget.value }),
        }),
      ),
      count > 0 &&
        h(
          "label",
          { class: "choice" },
          h("input", {
            type: "checkbox",
            checked: dialog.updates,
            onChange: () => patchDialog(studio, { updates: !dialog.updates }),
          }),
          h("span", null, `Update the ${plural(count, "document")} that use${count === 1 ? "s" : ""} it`),
        ),
    ),
  );
}

/** @param {{dialog: Extract<Dialog, {kind: "delete"}>, studio: Studio, state: State}} props */
function Delete({ dialog, studio, state }) {
  const count = state.buffers[dialog.path]?.uses.length ?? 0;
  return h(
    Modal,
    { title: `Delete ${dialog.path}?`, studio },
    h(
      Confirm,
      { studio, label: "Delete", kind: "danger", failure: dialog.failure, state },
      h(
        "p",
        null,
        count > 0
          ? `${plural(count, "document")} use${count === 1 ? "s" : ""} it; the macro’s text will stay there unrendered.`
          : "No document uses it.",
      ),
      h("p", { class: "quiet" }, h(Words, { text: "Its history is kept: `pybridge scripts restore` restores it." })),
    ),
  );
}

/** How many documents are listed by name. */
const NAMED = 8;

/** @param {{dialog: Extract<Dialog, {kind: "aliases"}>, studio: Studio, state: State}} props */
function RemoveAliases({ dialog, studio, state }) {
  const { documents, gone, updates } = dialog;
  const slug = scriptAt(state, dialog.path)?.slug ?? "";
  const count = documents.length;
  const names = gone.map((alias) => `[[${alias}]]`).join(", ");
  const use = `${plural(count, "document")} use${count === 1 ? "s" : ""}`;
  const others = count - NAMED;
  return h(
    Modal,
    { title: `Remove ${names}?`, studio },
    h(
      Confirm,
      { studio, label: "Remove", failure: dialog.failure, state },
      h("p", null, `${use} ${gone.length === 1 ? "it" : "one of them"}:`),
      h(
        "ul",
        { class: "named" },
        documents.slice(0, NAMED).map((path) => h("li", { key: path }, h("code", null, path))),
        others > 0 && h("li", null, `and ${plural(others, "other")}`),
      ),
      h(
        "label",
        { class: "choice" },
        h("input", { type: "checkbox", checked: updates, onChange: () => patchDialog(studio, { updates: !updates }) }),
        h(
          "span",
          null,
          `Write [[${slug}]] there instead`,
          h("span", { class: "field-hint" }, updates ? "" : "Otherwise the documents use an unknown macro."),
        ),
      ),
    ),
  );
}

/** @param {{path: string, studio: Studio, state: State}} props */
function CompareScript({ path, studio, state }) {
  const buffer = state.buffers[path];
  return h(Compare, {
    studio,
    theirs: buffer?.conflict?.theirs?.content,
    mine: buffer?.text ?? "",
    isCode: true,
    onTheirs: () => takeTheirs(studio, path),
    onMine: () => keepMine(studio, path),
  });
}

/** @param {{studio: Studio, state: State}} props */
function CompareDocument({ studio, state }) {
  const { conflict, text } = state.preview;
  return h(Compare, {
    studio,
    theirs: conflict?.theirs?.content,
    mine: text,
    isCode: false,
    onTheirs: () => takeTheirDocument(studio),
    onMine: () => keepMyDocument(studio),
  });
}

/** @param {{studio: Studio, theirs: string | undefined, mine: string, isCode: boolean, onTheirs: () => void, onMine: () => void}} props */
function Compare({ studio, theirs, mine, isCode, onTheirs, onMine }) {
  const isOver = theirs === undefined;
  useEffect(() => {
    if (isOver) closeDialog(studio);
  }, [isOver]);
  if (isOver) return null;
  return h(
    Modal,
    { title: "The file and your text", studio, wide: true },
    h("div", { class: "sides" }, h("p", null, "Theirs: the file"), h("p", null, "Mine: the editor")),
    h(SideBySide, {
      left: theirs,
      right: mine,
      leftLabel: "Theirs: the file",
      rightLabel: "Mine: the editor",
      isCode,
    }),
    h(
      "div",
      { class: "actions dialog-actions" },
      h(Button, { label: "Decide later", kind: "quiet", onClick: () => closeDialog(studio) }),
      h(Button, { label: "Take theirs", onClick: onTheirs }),
      h(Button, { label: "Keep mine", kind: "primary", onClick: onMine }),
    ),
  );
}
