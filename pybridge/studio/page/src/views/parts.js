/**
 * Components that several views use.
 * @import { ComponentChildren } from "preact"
 * @import { Failure } from "../types.js"
 */
import { cloneElement, h, isValidElement } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

const ICONS = {
  add: "M8 3v10M3 8h10",
  run: "M5 3.5v9l7-4.5z",
  stop: "M4.5 4.5h7v7h-7z",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l3.5 3.5",
  warn: "M8 2.5 14 13H2zM8 6.5v3M8 11.2v.3",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  back: "M10 3.5 5.5 8l4.5 4.5",
};

/** @param {{name: keyof typeof ICONS}} props */
export function Icon({ name }) {
  return h(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" },
    h("path", { d: ICONS[name] }),
  );
}

/**
 * @param {{label: ComponentChildren, onClick?: () => void, kind?: "primary" | "quiet" | "danger" | "plain", icon?: keyof typeof ICONS, disabled?: boolean, title?: string, type?: "button" | "submit", busy?: boolean, name?: string, describedBy?: string}} props
 */
export function Button({
  label,
  onClick,
  kind = "plain",
  icon,
  disabled,
  title,
  type = "button",
  busy,
  name,
  describedBy,
}) {
  const more = { ...(name ? { "aria-label": name } : {}), ...(describedBy ? { "aria-describedby": describedBy } : {}) };
  return h(
    "button",
    { type, class: `button button-${kind}`, onClick, disabled, title, "aria-busy": busy ? "true" : undefined, ...more },
    icon && h(Icon, { name: icon }),
    label,
  );
}

/**
 * A text; parts between backticks are shown as code.
 * @param {{text: string}} props
 */
export function Words({ text }) {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) return text;
  return pieces.map((piece, at) => (at % 2 === 1 ? h("code", { key: at }, piece) : piece));
}

/**
 * An error with its hint.
 * @param {{failure: Failure, children?: ComponentChildren}} props
 */
export function Failed({ failure, children }) {
  const place = placeOf(failure);
  return h(
    "div",
    { class: "failed", role: "alert" },
    h(
      "p",
      { class: "failed-message" },
      h("code", { class: "code-word" }, failure.code),
      " ",
      h(Words, { text: failure.message }),
    ),
    place && h("p", { class: "failed-place" }, place),
    typeof failure.excerpt === "string" && h("pre", null, failure.excerpt),
    failure.hint && h("p", { class: "failed-hint" }, h(Words, { text: failure.hint })),
    children,
  );
}

/** @param {any} error */
export function placeOf({ script, call }) {
  const parts = [call, script].filter((place) => place?.line !== undefined);
  return parts.map(({ path, line, column }) => `${path ? `${path}:` : "line "}${line}:${column}`).join(" → ");
}

/**
 * A note in place of an empty list, with what to do.
 * @param {{title: string, children?: ComponentChildren}} props
 */
export function Empty({ title, children }) {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), children && h("div", null, children));
}

/**
 * A labelled input.
 * @param {{label: string, hint?: ComponentChildren, children?: ComponentChildren}} props
 */
export function Field({ label, hint, children }) {
  const id = useId();
  const control = hint && isValidElement(children) ? cloneElement(children, { "aria-describedby": id }) : children;
  return h(
    "div",
    { class: "field" },
    h("label", null, h("span", { class: "field-label" }, label), control),
    hint && h("span", { class: "field-hint", id }, hint),
  );
}

/**
 * A text field that commits on Enter, and on blur if the text was not committed yet.
 * @param {{value: string, onCommit: (text: string) => void, onReset?: () => void, disabled?: boolean, placeholder?: string, name?: string, "aria-describedby"?: string}} props
 */
export function TextInput({ value, onCommit, onReset, ...others }) {
  const [text, setText] = useState(value);
  const committed = useRef(value);
  // Runs before the next key event; uncommitted text is never replaced.
  useLayoutEffect(() => {
    if (text === committed.current) setText(value);
    committed.current = value;
  }, [value]);
  const commit = () => {
    committed.current = text;
    if (text !== value) onCommit(text);
  };
  return h("input", {
    type: "text",
    value: text,
    ...others,
    onInput: (/** @type {any} */ event) => setText(event.currentTarget.value),
    onBlur: () => text !== committed.current && commit(),
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter") commit();
      if (event.key !== "Escape") return;
      setText(value);
      committed.current = value;
      onReset?.();
    },
  });
}

/**
 * Tabs with their standard keys: arrows, Home, End.
 * @param {{label: string, tabs: {id: string, label: ComponentChildren}[], chosen: string, onChoose: (id: any) => void}} props
 */
export function Tabs({ label, tabs, chosen, onChoose }) {
  const move = (/** @type {KeyboardEvent} */ event) => {
    const at = tabs.findIndex(({ id }) => id === chosen);
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 };
    const to = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (to === undefined) return;
    event.preventDefault();
    const { id } = tabs[(to + tabs.length) % tabs.length];
    onChoose(id);
    document.getElementById(`tab-${id}`)?.focus();
  };
  const buttons = tabs.map((tab) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${tab.id}`,
        key: tab.id,
        class: "tab",
        "aria-selected": tab.id === chosen,
        "aria-controls": `panel-${tab.id}`,
        tabIndex: tab.id === chosen ? 0 : -1,
        onClick: () => onChoose(tab.id),
      },
      tab.label,
    ),
  );
  return h("div", { class: "tabs", role: "tablist", "aria-label": label, onKeyDown: move }, buttons);
}

/** @param {string | null} iso */
export function when(iso) {
  if (!iso) return "–";
  const date = new Date(iso);
  return Number.isNaN(date.valueOf())
    ? iso
    : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** @param {number} count @param {string} noun */
export function plural(count, noun) {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}
