/**
 * What is open stands in the address, behind `#`: a reload or a bookmark shows the same again.
 * @import { Store } from "./store.js"
 * @import { Studio } from "./studio.js"
 * @import { State } from "./types.js"
 */
import { showDocument } from "./actions/preview.js";
import { openScript } from "./actions/scripts.js";

/** The values that an address can have; the first of each is left out. */
const CHOICES = {
  panel: /** @type {const} */ (["preview", "run", "details", "history"]),
  view: /** @type {const} */ (["script", "diagnostics"]),
};

/**
 * @param {State} state
 * @returns {string} the part of an address from `#` on; empty when nothing is open
 */
export function addressOf({ selected, preview, panel, view }) {
  const place = new URLSearchParams();
  if (selected !== null) place.set("script", selected);
  if (preview.path !== null) place.set("document", preview.path);
  if (panel !== CHOICES.panel[0]) place.set("panel", panel);
  if (view === "diagnostics") place.set("view", view);
  return place.size === 0 ? "" : `#${place}`;
}

/**
 * Open what an address names, if it is there.
 * @param {Studio} studio
 * @param {string} hash
 */
export async function openAddress(studio, hash) {
  const { store } = studio;
  const place = new URLSearchParams(hash.slice(1));
  const { scripts, documents } = store.get();
  const script = scripts.find(({ path }) => path === place.get("script"));
  const document = documents.find(({ path }) => path === place.get("document"));
  if (script) await openScript(studio, script.path);
  if (document) await showDocument(studio, document.path);
  store.set({ panel: choice("panel", place), view: choice("view", place) });
}

/**
 * Keep the address up to date.
 * @param {Store} store
 */
export function keepAddress(store) {
  let known = addressOf(store.get());
  store.subscribe(() => {
    const now = addressOf(store.get());
    if (now === known) return;
    known = now;
    history.replaceState(null, "", `${location.pathname}${location.search}${now}`);
  });
}

/**
 * @template {keyof typeof CHOICES} Name
 * @param {Name} name
 * @param {URLSearchParams} place
 * @returns {(typeof CHOICES)[Name][number]}
 */
function choice(name, place) {
  return CHOICES[name].find((each) => each === place.get(name)) ?? CHOICES[name][0];
}
