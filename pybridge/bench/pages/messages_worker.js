/** Baseline: a cached callable, one JSON string each way, one message per macro. */
import { loadPyodide } from "/pyodide/pyodide.mjs";

const pyodideReady = loadPyodide();
let render = null;
let peer = self;

async function answer({ data: { python, context }, ports: [port] }) {
  // From inside the frame it talks with the page directly.
  if (port !== undefined) {
    peer = port;
    port.onmessage = answer;
    return;
  }
  const pyodide = await pyodideReady;
  if (python !== undefined) {
    pyodide.runPython(python);
    pyodide.runPython("import json\ndef render_json(text):\n    return json.dumps(render(json.loads(text)))\n");
    render = pyodide.globals.get("render_json");
    peer.postMessage("ready");
  } else {
    peer.postMessage(render(context));
  }
}

self.onmessage = answer;
