/**
 * The open script: heading, buttons, source, problems.
 * @import { Studio } from "../studio.js"
 * @import { Buffer, State } from "../types.js"
 */
import { h } from "preact";
import { runScript } from "../actions/run.js";
import { editScript, keepMine, saveScript, takeTheirs } from "../actions/scripts.js";
import { askToCreate } from "../actions/dialogs.js";
import { addBuiltIns } from "../actions/seed.js";
import { ScriptEditor } from "../editor/script_editor.js";
import { failuresOf, isDirty, isWritable, openBuffer, runningPath } from "../state.js";
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
      failures: failuresOf(state, path),
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
      h(SaveButtons, { buffer, studio }),
      h(RunButton, { isRunning: runningPath(state) !== undefined, isReady: state.python.status === "ready", studio }),
    ),
  );
}

/** @param {{buffer: Buffer, studio: Studio}} props */
function SaveButtons({ buffer, studio }) {
  const { path } = buffer;
  const dirty = isDirty(buffer);
  const saving = buffer.isSaving ? "Saving …" : dirty ? "Save" : "Saved";
  return [
    dirty &&
      buffer.base !== null &&
      h(Button, {
        label: "Revert",
        kind: "quiet",
        onClick: () => takeTheirs(studio, path),
        title: "Discard all unsaved changes",
      }),
    isWritable(path) &&
      h(Button, {
        label: saving,
        disabled: !dirty || buffer.isSaving || buffer.conflict !== null,
        busy: buffer.isSaving,
        onClick: () => saveScript(studio, path),
        title: "Ctrl-S",
      }),
  ];
}

/** @param {{isRunning: boolean, isReady: boolean, studio: Studio}} props */
function RunButton({ isRunning, isReady, studio }) {
  if (isRunning)
    return h(Button, {
      label: "Stop",
      icon: "stop",
      kind: "danger",
      onClick: () => studio.runControl.stop(),
      title: "Stop the script and terminate its worker",
    });
  return h(Button, {
    label: "Run",
    icon: "run",
    kind: "primary",
    onClick: () => runScript(studio),
    disabled: !isReady,
    title: "Ctrl-Enter",
  });
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
      h(Button, { label: isGone ? "Discard my text" : "Take theirs", onClick: () => takeTheirs(studio, path) }),
    ),
  );
}

/** @param {{studio: Studio}} props */
function BuiltIn({ studio }) {
  return h(
    "div",
    { class: "banner" },
    h("p", null, "This macro is built in. To change it, add it to the project."),
    h("div", { class: "actions" }, h(Button, { label: "Add the built-in macros", onClick: () => addBuiltIns(studio) })),
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
      "Macros are called in documents, transforms change incoming posts, utilities are programs that you start. All are Python, and all run in a sandbox.",
    ),
    h("p", null, h(Button, { label: "New script", icon: "add", kind: "primary", onClick: () => askToCreate(studio) })),
  );
}
