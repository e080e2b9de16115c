/** Baseline: a cached callable, one JSON string each way, one message per macro. */
import { loadPyodide } from "/pyodide/pyodide.mjs";

const pyodideReady = loadPyodide();
let render = null;

self.onmessage = async ({ data: { python, context } }) => {
  const pyodide = await pyodideReady;
  if (python !== undefined) {
    pyodide.runPython(python);
    pyodide.runPython("import json\ndef render_json(text):\n    return json.dumps(render(json.loads(text)))\n");
    render = pyodide.globals.get("render_json");
    self.postMessage("ready");
  } else {
    self.postMessage(render(context));
  }
};
