/** A loop as agents have it: something asks for tools, and gets their replies. The same in Node and in a page. */

/**
 * The tools as they are described to a model; the names are those that the loop looks up.
 * @type {{name: string, description: string, input: object}[]}
 */
export const TOOLS = [
  {
    name: "Python",
    description: "Runs a Python program. There is no network; files are kept from call to call.",
    input: {
      type: "object",
      required: ["code"],
      properties: {
        code: { type: "string" },
        args: { type: "array", items: { type: "string" } },
        stdin: { type: "string" },
      },
    },
  },
  {
    name: "Command",
    description: "Runs a command: python, a registered tool, or the path of a script.",
    input: {
      type: "object",
      required: ["argv"],
      properties: {
        argv: { type: "array", items: { type: "string" } },
        cwd: { type: "string" },
        env: { type: "object" },
        stdin: { type: "string" },
        limits: { type: "object" },
      },
    },
  },
];

/** What tools run on: processes that keep their files, each beginning with what the one before has left. */
export class Workspace {
  #processes;
  /** @param {{run: Function}} processes a `PythonProcess` */
  constructor(processes, files = {}) {
    this.#processes = processes;
    /** By their absolute path: text, or `{base64}`. @type {Record<string, any>} */
    this.files = files;
  }

  /** @param {object} invocation */
  async run(invocation, options) {
    const done = await this.#processes.run({ ...invocation, files: this.files }, options);
    const files = { ...this.files, ...done.files };
    this.files = Object.fromEntries(Object.entries(files).filter(([, content]) => content !== null));
    return done;
  }
}

/**
 * Run the loop until the model has no more calls.
 * @param {(replies: object[]) => {tool: string, input: any, stopAfterMs?: number} | null} model gets all replies so far
 * @param {Record<string, {run: Function}>} tools by their name
 * @param {(line: string) => void} tell gets a line about each call
 */
export async function loop(model, tools, tell) {
  const replies = [];
  for (let call = model(replies); call !== null; call = model(replies)) {
    const options = call.stopAfterMs === undefined ? {} : { signal: AbortSignal.timeout(call.stopAfterMs) };
    const reply = await tools[call.tool].run(call.input, options);
    replies.push(reply);
    const [said = ""] = (reply.exitCode === 0 ? reply.stdout : reply.stderr).trim().split("\n").slice(-1);
    tell(`${call.tool} ended with ${reply.exitCode}${said && `: ${said}`}`);
  }
}
