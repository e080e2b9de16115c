/**
 * What is open stands in the address, behind `#`: a reload or a bookmark shows the same again.
 * @import { Store } from "./store.js"
 * @import { Studio } from "./studio.js"
 * @import { State } from "./types.js"
 */
import { showDocument } from "./actions/preview.js";
import { openScript } from "./actions/scripts.js";

/** What an address can name of the page's parts; the first of each is left out. */
const CHOICES = {
  panel: /** @type {const} */ (["preview", "run", "details", "history"]),
  view: /** @type {const} */ (["script", "diagnostics"]),
};

/**
 * @param {State} state
 * @returns {string} the part of an address from `#` on; empty when nothing is open
 */
export function addressOf({ selected, preview, panel, view }) {
  const named = new URLSearchParams();
  if (selected !== null) named.set("script", selected);
  if (preview.path !== null) named.set("document", preview.path);
  if (panel !== CHOICES.panel[0]) named.set("panel", panel);
  if (view === "diagnostics") named.set("view", view);
  return named.size === 0 ? "" : `#${named}`;
}

/**
 * Open what an address names, if it is there. What the author chooses meanwhile stays.
 * @param {Studio} studio
 * @param {string} hash the part of the address from `#` on
 */
export async function openAddress(studio, hash) {
  const { store, requests } = studio;
  const named = new URLSearchParams(hash.slice(1));
  const { scripts, documents } = store.get();
  const script = scripts.find(({ path }) => path === named.get("script"));
  const document = documents.find(({ path }) => path === named.get("document"));
  const hasChosenNone = requests.choices.watch();
  const showNamed = async () => {
    if (document && hasChosenNone()) await showDocument(studio, document.path);
  };
  const opened = script ? openScript(studio, script.path, document && showNamed) : showNamed();
  store.set({ panel: choice("panel", named), view: choice("view", named) });
  await opened;
}

/**
 * Keep the address up to date.
 * @param {Store} store
 */
export function keepAddress(store) {
  let known = location.hash; // What was opened by now may be more than it says.
  const keep = () => {
    const now = addressOf(store.get());
    if (now === known) return;
    known = now;
    history.replaceState(null, "", `${location.pathname}${location.search}${now}`);
  };
  keep();
  store.subscribe(keep);
}

/**
 * @template {keyof typeof CHOICES} Name
 * @param {Name} name
 * @param {URLSearchParams} named
 * @returns {(typeof CHOICES)[Name][number]}
 */
function choice(name, named) {
  return CHOICES[name].find((each) => each === named.get(name)) ?? CHOICES[name][0];
}
