/** Baseline: Pyodide restored from the whole snapshot that came as a message. */
import { loadPyodide } from "/pyodide/pyodide.mjs";

self.onmessage = async ({ data }) => {
  try {
    const pyodide = await loadPyodide({ _loadSnapshot: data, jsglobals: Object.create(null) });
    self.postMessage(pyodide.runPython("str(6 * 7)") === "42" ? "ready" : "wrong");
    self.pyodide = pyodide;
  } catch (error) {
    self.postMessage(String(error));
  }
};
