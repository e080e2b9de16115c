/** Baseline: the worker of Pyodide's documentation (loadPackagesFromImports + runPythonAsync per call). */
import { loadPyodide } from "/pyodide/pyodide.mjs";

const pyodideReady = loadPyodide();

self.onmessage = async (event) => {
  const pyodide = await pyodideReady;
  const { id, python, context } = event.data;
  try {
    await pyodide.loadPackagesFromImports(python);
    const dict = pyodide.globals.get("dict");
    const globals = dict();
    globals.set("context", pyodide.toPy(context));
    const result = await pyodide.runPythonAsync(python, { globals });
    self.postMessage({ id, result: result.toJs({ dict_converter: Object.fromEntries }) });
    result.destroy();
    globals.destroy();
    dict.destroy();
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
