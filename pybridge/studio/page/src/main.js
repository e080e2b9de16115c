/** Opens the studio: token, project, page, then Python in the background. */
import { h, render } from "preact";
import { refreshDocuments } from "./actions/documents.js";
import { lookAgain, lookAtProject } from "./actions/outside.js";
import { followScript, showDocument } from "./actions/preview.js";
import { startPython } from "./actions/python.js";
import { refreshScripts } from "./actions/scripts.js";
import { createApi } from "./api.js";
import { createBridgeRpc, findBridge } from "./bridge.js";
import { complain, failureOf } from "./context.js";
import { createDrafts } from "./drafts.js";
import { createMedia } from "./media.js";
import { createPython } from "./python.js";
import { createRpc, takeToken } from "./rpc.js";
import { initialState } from "./state.js";
import { createStore } from "./store.js";
import { App } from "./views/app.js";

const store = createStore(initialState());
const root = /** @type {HTMLElement} */ (document.getElementById("studio"));

/**
 * @param {import("./rpc.js").Rpc} rpc
 */
async function open(rpc) {
  const api = createApi(rpc);
  const [project, shared] = await Promise.all([api.project(), api.shared()]);
  const python = createPython(() => store.get().project ?? project);
  const media = createMedia(rpc.file ?? null);
  const studio = { store, api, python, media, drafts: createDrafts(project.root) };
  store.set({ project, shared, phase: "ready", drafts: studio.drafts.paths() });
  document.title = `${project.name} – pybridge studio`;
  draw(studio);
  await refreshScripts(studio);
  await refreshDocuments(studio);
  const { selected, preview } = store.get(); // The author may have begun already.
  if (preview.path === null && preview.text === "") await showDocument(studio, null);
  if (selected !== null) await followScript(studio, selected);
  let hasListened = false;
  void rpc.listen(
    ({ method, params }) => hear(studio, method, params),
    (isOnline, isLocked = false) => {
      // What happened while nobody listened, before the first time too.
      const isNews = isOnline && !(hasListened && store.get().isOnline);
      hasListened ||= isOnline;
      store.set({ isOnline, isLocked });
      if (isNews) void lookAgain(studio);
    },
    new AbortController().signal,
  );
  await startPython(studio);
}

/**
 * @param {import("./context.js").Studio} studio
 * @param {string} method
 * @param {any} params
 */
function hear(studio, method, params) {
  switch (method) {
    case "project.unavailable":
      store.set({ phase: "gone", failure: params.error });
      break;
    case "project.changed":
      void lookAtProject(studio);
      void lookAgain(studio);
      break;
    case "scripts.changed":
    case "documents.changed":
    case "events.lost":
      void lookAgain(studio);
      break;
    default:
  }
}

/** @param {import("./context.js").Studio | null} studio */
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
 * What keeps the page from opening at all.
 * @param {unknown} error
 */
function fail(error) {
  if (store.get().phase === "ready") return complain(store, error);
  const failure = failureOf(error);
  const isLocked = failure.code === "usage" && findBridge() === null;
  if (isLocked) sessionStorage.removeItem("token");
  store.set({ phase: isLocked ? "locked" : "gone", failure });
  draw(null);
}

/** @returns {import("./rpc.js").Rpc | null} null where the address brought no token */
function connect() {
  const bridge = findBridge();
  if (bridge !== null) return createBridgeRpc(bridge);
  const token = takeToken();
  return token === null ? null : createRpc(token);
}

const rpc = connect();
if (rpc === null) {
  store.set({ phase: "locked" });
  draw(null);
} else {
  open(rpc).catch(fail);
}
