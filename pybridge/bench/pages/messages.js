/**
 * Baselines: one awaited message per macro, with the macro's function cached in the worker; a worker of the
 * page's own, or one behind the wall of level `origin`.
 */
let peer = null;
let resolveNext = null;

function ask(message) {
  return new Promise((resolve) => {
    resolveNext = resolve;
    peer.postMessage(message);
  });
}

const TOKEN = /\[\[(\w+)(?:\s+([^\]]+))?\]\]/g;
const PARAM = /(\w+)=(?:"([^"]*)"|([^\s\]]+))/g;

/** As far as the site's macros need it. */
function paramsOf(written) {
  const params = {};
  for (const [, name, quoted, bare] of written.matchAll(PARAM)) {
    params[name] = quoted ?? (Number.isNaN(Number(bare)) ? bare : Number(bare));
  }
  return params;
}

function ownWorker() {
  return new Worker(new URL("messages_worker.js", import.meta.url), { type: "module" });
}

/** A worker in a frame of an opaque origin, and so in another process; its port comes straight here. */
async function walledWorker() {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.hidden = true;
  frame.src = new URL("walled/frame.htm", import.meta.url).href;
  const isLoaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await isLoaded;
  const { port1, port2 } = new MessageChannel();
  frame.contentWindow.postMessage("open", "*", [port2]);
  return port1;
}

globalThis.bench = {
  /** Load a macro; at level `origin` behind the wall. */
  async start(python, level = "none") {
    peer = level === "origin" ? await walledWorker() : ownWorker();
    peer.onmessage = ({ data }) => resolveNext(data);
    await ask({ python });
  },

  /** Mean milliseconds of a call, one after the other. */
  async calls(contexts) {
    const started = performance.now();
    for (const context of contexts) await ask({ context: JSON.stringify(context) });
    return (performance.now() - started) / contexts.length;
  },

  /** Mean milliseconds of a macro while posts render: found here, one message each, put in its place. */
  async site(posts) {
    await new Promise((resolve) => setTimeout(resolve, 100)); // reading *posts* is not measured
    const outputs = [];
    let macros = 0;
    const started = performance.now();
    for (const { text } of posts) {
      const pieces = [];
      let at = 0;
      for (const { 0: raw, 1: name, 2: written = "", index } of text.matchAll(TOKEN)) {
        const context = { abi: 1, macro: { name, raw }, params: paramsOf(written), env: { isPreview: false } };
        pieces.push(text.slice(at, index), JSON.parse(await ask({ context: JSON.stringify(context) })).html);
        at = index + raw.length;
        macros += 1;
      }
      pieces.push(text.slice(at));
      outputs.push(pieces.join(""));
    }
    return { ms: (performance.now() - started) / macros, last: outputs.at(-1) };
  },
};
