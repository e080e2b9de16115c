/**
 * The open script: what it is, what can be done with it, its source.
 * @import { Studio } from "../context.js"
 * @import { Buffer, State } from "../types.js"
 */
import { h } from "preact";
import { runScript, stopRun } from "../actions/run.js";
import { editScript, isWritable, keepMine, revertScript, saveScript, takeTheirs } from "../actions/scripts.js";
import { askToCreate } from "../actions/dialogs.js";
import { makeOwn } from "../actions/seed.js";
import { ScriptEditor } from "../editor/script_editor.js";
import { isDirty, openBuffer } from "../state.js";
import { Button, Empty, placeOf, plural } from "./parts.js";

/** @param {{state: State, studio: Studio}} props */
export function Script({ state, studio }) {
  const buffer = openBuffer(state);
  if (buffer === null) return h(Welcome, { state, studio });
  const { path } = buffer;
  return h(
    "section",
    { class: "script", "aria-label": `Script ${path}` },
    h(Heading, { buffer, state, studio }),
    buffer.conflict && h(Conflict, { buffer, studio }),
    !isWritable(path) && h(BuiltIn, { studio }),
    h(ScriptEditor, {
      key: path,
      buffer,
      isWritable: isWritable(path),
      jump: state.jump?.in === "script" ? state.jump : null,
      onText: (text) => editScript(studio, path, text),
    }),
    h(Problems, { buffer, studio }),
  );
}

/** @param {{buffer: Buffer, state: State, studio: Studio}} props */
function Heading({ buffer, state, studio }) {
  const { path, info } = buffer;
  const dirty = isDirty(buffer);
  const isRunning = state.run.status === "running";
  const saving = buffer.isSaving ? "Saving …" : dirty ? "Save" : "Saved";
  return h(
    "header",
    { class: "script-head" },
    h(
      "div",
      { class: "script-title" },
      h("h2", null, info?.title || info?.slug || path),
      h(
        "p",
        { class: "quiet" },
        h("span", { class: `kind kind-${info?.kind}` }, info?.kind ?? "script"),
        info?.enabled === false && h("span", { class: "tag" }, "off"),
        h("span", { class: "path" }, path),
      ),
    ),
    h(
      "div",
      { class: "actions" },
      dirty &&
        buffer.base !== null &&
        h(Button, {
          label: "Revert",
          kind: "quiet",
          onClick: () => revertScript(studio, path),
          title: "Undo every unsaved change",
        }),
      isWritable(path) &&
        h(Button, {
          label: saving,
          disabled: !dirty || buffer.isSaving || buffer.conflict !== null,
          busy: buffer.isSaving,
          onClick: () => saveScript(studio, path),
          title: "Ctrl-S",
        }),
      isRunning
        ? h(Button, {
            label: "Stop",
            icon: "stop",
            kind: "danger",
            onClick: stopRun,
            title: "RestartLog the script, whatever it is doing",
          })
        : h(Button, {
            label: "Run",
            icon: "run",
            kind: "primary",
            onClick: () => runScript(studio),
            disabled: state.python.status !== "ready",
            title: "Ctrl-Enter",
          }),
    ),
  );
}

/** @param {{buffer: Buffer, studio: Studio}} props */
function Conflict({ buffer, studio }) {
  const { path, conflict } = buffer;
  const isGone = conflict?.theirs === null;
  return h(
    "div",
    { class: "banner banner-warn", role: "alert" },
    h(
      "p",
      null,
      h("strong", null, isGone ? "The file was deleted outside." : "The file changed outside while you were writing."),
      isGone ? " Your text is still here." : " Nothing is lost: both texts are here.",
    ),
    h(
      "div",
      { class: "actions" },
      !isGone &&
        h(Button, { label: "Compare", onClick: () => studio.store.set({ dialog: { kind: "compare", path } }) }),
      h(Button, { label: isGone ? "Write it again" : "Keep mine", onClick: () => keepMine(studio, path) }),
      h(Button, { label: isGone ? "Let it go" : "Take theirs", onClick: () => takeTheirs(studio, path) }),
    ),
  );
}

/** @param {{studio: Studio}} props */
function BuiltIn({ studio }) {
  return h(
    "div",
    { class: "banner" },
    h("p", null, "This macro is built in. To change it, make it a file of the project."),
    h("div", { class: "actions" }, h(Button, { label: "Add the built-in macros", onClick: () => makeOwn(studio) })),
  );
}

/** @param {{buffer: Buffer, studio: Studio}} props */
function Problems({ buffer, studio }) {
  const { problems } = buffer;
  if (problems.length === 0) return null;
  return h(
    "section",
    { class: "problems", "aria-label": "Problems", "aria-live": "polite" },
    h("h3", null, plural(problems.length, "problem")),
    h(
      "ul",
      null,
      problems.map((/** @type {any} */ problem) => {
        const { line = 1, column = 1 } = problem.script ?? {};
        const jump = () => studio.store.set({ jump: { in: "script", line, column, at: Date.now() } });
        return h(
          "li",
          { key: `${line}:${column}:${problem.message}` },
          h(
            "button",
            { type: "button", class: "problem", onClick: jump },
            h("span", { class: "problem-place" }, placeOf({ script: { line, column } }).replace("line ", "")),
            h("span", null, problem.message, problem.hint && h("span", { class: "quiet" }, ` – ${problem.hint}`)),
          ),
        );
      }),
    ),
  );
}

/** @param {{state: State, studio: Studio}} props */
function Welcome({ state, studio }) {
  if (state.selected !== null) return h("section", { class: "script" }, h(Empty, { title: "Opening …" }));
  return h(
    "section",
    { class: "script welcome", "aria-label": "Welcome" },
    h("h2", null, state.scripts.length > 0 ? "Choose a script" : "Write the first script"),
    h(
      "p",
      null,
      "Macros stand in documents, transforms change posts as they come in, utilities run when you say so. All of it is Python, and none of it can leave its sandbox.",
    ),
    h("p", null, h(Button, { label: "New script", icon: "add", kind: "primary", onClick: () => askToCreate(studio) })),
  );
}
