/** The agent: its tools on a workspace of its own. */
import { loop, Workspace } from "./loop.js";
import { model } from "./model.js";

/**
 * @param {{PythonProcess: any, PythonTool: any, CommandTool: any}} pybridge the module: `pybridge-runtime/processes`, or `processes.js` of a page
 * @param {object} options of `PythonProcess.start`
 * @param {(line: string) => void} tell
 */
export async function runAgent({ PythonProcess, PythonTool, CommandTool }, options, tell) {
  const processes = await PythonProcess.start({ allowed: ["python"], ...options });
  try {
    const workspace = new Workspace(processes);
    await loop(model, { Python: new PythonTool(workspace), Command: new CommandTool(workspace) }, tell);
    tell(`files: ${Object.keys(workspace.files).sort().join(", ")}`);
  } finally {
    await processes.dispose();
  }
}
