/** Opens the studio: session, project, page, then Python in the background. */
import { h, render } from "preact";
import { refreshDocuments } from "./actions/documents.js";
import { refresh, refreshProject } from "./actions/outside.js";
import { followScript, showDocument } from "./actions/preview.js";
import { startPython } from "./actions/python.js";
import { refreshScripts } from "./actions/scripts.js";
import { createApi } from "./api.js";
import { createBridgeRpc, findBridge } from "./bridge.js";
import { failureOf, showError } from "./notices.js";
import { createDrafts } from "./drafts.js";
import { takeTab } from "./editing/tab.js";
import { createMedia } from "./media.js";
import { keepAddress, openAddress } from "./address.js";
import { Python } from "./python.js";
import { createRpc } from "./rpc.js";
import { hasCode, openSession, takeCode } from "./session.js";
import { initialState } from "./state.js";
import { createStore } from "./store.js";
import { createStudio } from "./studio.js";
import { App } from "./views/app.js";

const store = createStore(initialState());
const root = /** @type {HTMLElement} */ (document.getElementById("studio"));
/** The studio, once the project is open. @type {import("./studio.js").Studio | null} */
let opened = null;

/**
 * @param {import("./rpc.js").Rpc} rpc
 */
async function open(rpc) {
  const api = createApi(rpc);
  const [project, shared, tab] = await Promise.all([api.project(), api.shared(), takeTab()]);
  const python = new Python(() => store.get().project ?? project);
  const media = createMedia(rpc.file ?? null);
  const studio = createStudio({ store, api, python, media, drafts: createDrafts(project.root, tab) });
  store.set({ project, shared, phase: "ready", drafts: studio.drafts.paths() });
  document.title = `${project.name} – pybridge studio`;
  draw(studio);
  await refreshScripts(studio);
  await refreshDocuments(studio);
  const { selected } = store.get(); // The author may have opened something already.
  if (selected !== null) await followScript(studio, selected);
  else await openAddress(studio, location.hash);
  const { preview } = store.get();
  if (preview.path === null && preview.text === "") await showDocument(studio, null);
  keepAddress(store);
  opened = studio;
  let wasConnected = false;
  void rpc.listen(
    ({ method, params }) => handleEvent(studio, method, params),
    (isOnline, isLocked = false) => {
      // Events before the first connection or during a gap were missed.
      const hasMissedEvents = isOnline && !(wasConnected && store.get().isOnline);
      wasConnected ||= isOnline;
      store.set({ isOnline, isLocked });
      if (hasMissedEvents) void refresh(studio);
    },
    new AbortController().signal,
  );
  await startPython(studio);
}

/**
 * @param {import("./studio.js").Studio} studio
 * @param {string} method
 * @param {any} params
 */
function handleEvent(studio, method, params) {
  switch (method) {
    case "project.unavailable":
      store.set({ phase: "gone", failure: params.error });
      break;
    case "project.changed":
      void refreshProject(studio);
      void refresh(studio);
      break;
    case "scripts.changed":
    case "documents.changed":
    case "events.lost":
      void refresh(studio);
      break;
    default:
  }
}

/** @param {import("./studio.js").Studio | null} studio */
function draw(studio) {
  let isWaiting = false;
  const paint = () => {
    isWaiting = false;
    render(h(App, { state: store.get(), studio }), root);
  };
  root.textContent = "";
  store.subscribe(() => {
    if (isWaiting) return;
    isWaiting = true;
    queueMicrotask(paint);
  });
  paint();
}

/**
 * Show an error that prevents the page from opening.
 * @param {unknown} error
 */
function fail(error) {
  if (store.get().phase === "ready") return showError(store, error);
  const failure = failureOf(error);
  const isLocked = failure.code === "usage" && findBridge() === null;
  store.set({ phase: isLocked ? "locked" : "gone", failure });
  draw(null);
}

/** @returns {Promise<import("./rpc.js").Rpc | null>} null if this browser has no session */
async function connect() {
  const bridge = findBridge();
  if (bridge !== null) return createBridgeRpc(bridge);
  const key = await openSession(takeCode());
  return key === null ? null : createRpc(key);
}

async function start() {
  const rpc = await connect();
  if (rpc !== null) return open(rpc);
  store.set({ phase: "locked" });
  draw(null);
}

// Browsers do not load the page again for an address that differs behind `#` only: a new code, or a bookmark.
addEventListener("hashchange", () => {
  if (hasCode()) location.reload();
  else if (opened !== null) void openAddress(opened, location.hash);
});
start().catch(fail);
