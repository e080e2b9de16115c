/**
 * Serves the Electron example over HTTP exactly as its scheme's handler answers, with the real service behind
 * `/door`, which stands in for the preload's messages; `/door/kill` kills that service.
 * Arguments: folder of the application, project, command….
 * Prints the address; ends when its standard input does.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [application, project, command, ...args] = process.argv.slice(2);
const load = (/** @type {string} */ name) => import(pathToFileURL(path.join(application, name)).href);
const { answer, HOST, SCHEME } = await load("main/scheme.js");
const { answerPage } = await load("main/bridge.js");
const { keep } = await load("main/keeper.js");
const { locations } = await load("main/locations.js");
const { EVENTS, METHODS, startService } = await load("pybridge/service.js");

const { roots } = locations({ isPackaged: false, appPath: application, resourcesPath: "", platform: process.platform });
const listeners = new Set();
let pid;
const service = keep(
  () => {
    const started = startService({ project, command, args });
    pid = started.pid;
    return started;
  },
  EVENTS,
  (/** @type {object} */ event) => {
    for (const listener of listeners) listener.write(`data: ${JSON.stringify(event)}\n\n`);
  },
);
const asked = { methods: new Set(METHODS), call: service.call };

const server = createServer(async (request, response) => {
  if (request.url === "/door" && request.method === "POST") {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { page, method, params } = JSON.parse(text);
    const event = { senderFrame: { url: `${SCHEME}://${HOST}${page}`, parent: null } };
    response.end(JSON.stringify(await answerPage(event, method, params, asked)));
  } else if (request.url === "/door/kill") {
    process.kill(pid, "SIGKILL");
    response.end();
  } else if (request.url === "/door") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    listeners.add(response);
  } else {
    const { status, headers, body } = await answer(`${SCHEME}://${HOST}${request.url}`, roots, readFile);
    response.writeHead(status, headers).end(body);
  }
});
server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.stdin.resume().on("end", async () => {
  for (const listener of listeners) listener.end();
  await service.close();
  server.closeAllConnections();
  server.close();
});
