/** Macros in a document, marked as chips with their status. */
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, hoverTooltip } from "@codemirror/view";

/** The macros of the last rendering. @type {import("@codemirror/state").StateEffectType<any[]>} */
export const setMacros = StateEffect.define();

const chipField = StateField.define({
  /** @returns {{chips: import("@codemirror/view").DecorationSet, macros: any[]}} */
  create: () => ({ chips: Decoration.none, macros: [] }),
  update(value, transaction) {
    const set = transaction.effects.find((effect) => effect.is(setMacros));
    if (set) return { macros: set.value, chips: chipsOf(transaction.state.doc.toString(), set.value) };
    return transaction.docChanged ? { ...value, chips: value.chips.map(transaction.changes) } : value;
  },
  provide: (field) => EditorView.decorations.from(field, ({ chips }) => chips),
});

/** Chips and their tooltips. */
export function chips() {
  return [chipField, hoverTooltip(tooltipAt)];
}

/**
 * @param {string} text
 * @param {any[]} macros of the last rendering, perhaps of an earlier text
 */
function chipsOf(text, macros) {
  const offsets = utf16Offsets(
    text,
    macros.map((macro) => macro.position.offset),
  );
  const found = macros.flatMap((macro, at) => {
    const from = offsets[at];
    if (!text.startsWith(macro.raw, from)) return [];
    const close = `[[/${macro.name}]]`;
    const ranges = [chip(macro, from, from + macro.raw.indexOf("]]") + 2, at)];
    const isPaired = macro.raw.toLowerCase().endsWith(close) && macro.raw.length > close.length;
    return isPaired
      ? [...ranges, chip(macro, from + macro.raw.length - close.length, from + macro.raw.length, at)]
      : ranges;
  });
  return Decoration.set(found, true);
}

/**
 * @param {any} macro
 * @param {number} from
 * @param {number} to
 * @param {number} at
 */
function chip(macro, from, to, at) {
  return Decoration.mark({ class: `chip chip-${macro.status}`, attributes: { "data-macro": String(at) } }).range(
    from,
    to,
  );
}

/**
 * Convert code point offsets to UTF-16 offsets.
 * @param {string} text
 * @param {number[]} offsets ascending
 */
function utf16Offsets(text, offsets) {
  if (/^[\0-\uD7FF\uE000-\uFFFF]*$/.test(text)) return offsets;
  const places = [0];
  for (const character of text) places.push(/** @type {number} */ (places.at(-1)) + character.length);
  return offsets.map((offset) => places[Math.min(offset, places.length - 1)]);
}

/**
 * @param {EditorView} view
 * @param {number} position
 */
function tooltipAt(view, position) {
  const { chips, macros } = view.state.field(chipField);
  /** @type {import("@codemirror/view").Tooltip | null} */
  let tooltip = null;
  chips.between(position, position, (from, to, { spec }) => {
    const macro = macros[Number(spec.attributes["data-macro"])];
    tooltip = { pos: from, end: to, above: true, create: () => ({ dom: card(macro) }) };
  });
  return tooltip;
}

/** @param {any} macro */
function card(macro) {
  const dom = document.createElement("div");
  dom.className = "chip-card";
  const words = {
    ok: `${macro.name} · rendered in ${(macro.durationUs / 1000).toFixed(1)} ms`,
    error: macro.error?.message ?? "failed",
    unknown: `there is no macro named ${macro.name}: the text is left unchanged`,
  };
  dom.textContent = words[/** @type {keyof typeof words} */ (macro.status)];
  return dom;
}
