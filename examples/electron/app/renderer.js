/** Lists the project's documents and shows one, its macros rendered in the sandbox; follows edits of scripts and documents. */
import { FRAME_HOSTS } from "./frame_hosts.js";
import { PythonRuntime } from "./pybridge/client.js";

const service = globalThis.pybridge;
const element = (id) => document.getElementById(id);

/** Asks the service; an error of it is thrown with its code. */
async function ask(method, params) {
  const { result, error } = await service.call(method, params);
  if (error) throw Object.assign(new Error(error.message), error);
  return result;
}

let runtime;
let shown = null;

async function loadScripts() {
  const { scripts } = await ask("scripts.sources");
  await runtime.load(scripts);
}

async function show(path) {
  shown = path;
  for (const button of element("documents").querySelectorAll("button"))
    button.ariaCurrent = button.textContent === path ? "page" : null;
  const { document: source } = await ask("documents.prepare", { path });
  const shared = await ask("project.shared", { preview: true });
  const [rendered] = await runtime.renderDocuments([source], { ...shared, parts: true });
  if (shown === path) put(rendered);
}

/** The text of a document is text here; what its macros gave has been sanitised. */
function put({ parts, macros, errors }) {
  const nodes = parts.map((part) => (typeof part === "string" ? part : piece(macros[part])));
  element("page").replaceChildren(...nodes);
  element("problems").textContent = errors.map(({ message, call }) => `${call?.line ?? "?"}: ${message}`).join("\n");
  element("problems").hidden = errors.length === 0;
}

function piece({ result, raw, display }) {
  const node = document.createElement(display === "block" ? "div" : "span");
  if (result?.html !== undefined) node.append(nodesOf(result.html));
  else node.textContent = result?.text ?? result?.markdown ?? raw;
  return node;
}

/** What the page of a video may do; not in it: opening windows, and leaving with this page. */
const FRAME_MAY = "allow-scripts allow-same-origin allow-presentation";

/** This page is isolated from others: it may show the page of a video only without that one's cookies. */
function nodesOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const frame of template.content.querySelectorAll("iframe")) {
    frame.setAttribute("credentialless", "");
    frame.setAttribute("sandbox", FRAME_MAY);
  }
  return template.content;
}

async function list() {
  const { documents } = await ask("documents.list");
  const items = documents.map(({ path }) => {
    const button = document.createElement("button");
    button.textContent = path;
    button.onclick = () => attempt(() => show(path));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  element("documents").replaceChildren(...items);
  return documents.map(({ path }) => path);
}

async function attempt(action) {
  try {
    await action();
    element("state").textContent = "Ready";
  } catch (error) {
    element("state").textContent = error.hint ? `${error.message} – ${error.hint}` : error.message;
  }
}

service.onEvent(({ method, params }) => {
  if (method === "project.unavailable") element("state").textContent = params.error.message;
  else if (runtime)
    attempt(async () => {
      if (method === "scripts.changed" || method === "events.lost") await loadScripts();
      const paths = await list();
      if (paths.includes(shown)) await show(shown);
    });
});

await attempt(async () => {
  const [started, paths] = await Promise.all([
    PythonRuntime.start({ assets: "./pybridge/", iframeHosts: FRAME_HOSTS }),
    list(),
  ]);
  runtime = started;
  await loadScripts();
  if (paths.length > 0) await show(paths[0]);
});
