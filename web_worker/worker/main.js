/** The worker with Pyodide. Another runtime is one more entry like this one, and one more product of `tools/bundle.mjs`. */
import "./boot/first.js";
import { serveWith } from "./boot/serve.js";
import { pyodideRuntime } from "./pyodide/pyodide_runtime.js";

serveWith(pyodideRuntime);
