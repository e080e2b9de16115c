/**
 * Serves the Electron example over HTTP exactly as its scheme's handler answers, with the real service behind
 * `/door`, which stands in for the preload's messages; `/door/kill` kills that service.
 * Arguments: folder of the application, project, command….
 * Prints the address; ends when its standard input does.
 */
import { createServer } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";

const [application, project, command, ...args] = process.argv.slice(2);
const load = (/** @type {string} */ name) => import(pathToFileURL(path.join(application, name)).href);
const { answer } = await load("main/scheme.js");
const { answerPage } = await load("main/bridge.js");
const { keep } = await load("main/keeper.js");
const { locations } = await load("main/locations.js");
const { ORIGIN, pageOf } = await load("main/pages.js");
const { EVENTS, startService } = await load("pybridge/service.js");

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

/** As if each page had been opened in a window of its own, with the number of its place in the list. */
const pages = [null];
const pageIn = (/** @type {{id: number}} */ { id }) => pages[id];

/** The sender of a message, as Electron would describe the page that sends it. */
function sender(/** @type {string} */ page) {
  const url = `${ORIGIN}${page}`;
  if (!pages.includes(pageOf(url))) pages.push(pageOf(url));
  return { sender: { id: pages.indexOf(pageOf(url)) }, senderFrame: { url, origin: ORIGIN, parent: null } };
}

const server = createServer(async (request, response) => {
  if (request.url === "/door" && request.method === "POST") {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { page, method, params } = JSON.parse(text);
    response.end(JSON.stringify(await answerPage(sender(page), method, params, { pageIn, call: service.call })));
  } else if (request.url === "/door/kill") {
    process.kill(pid, "SIGKILL");
    response.end();
  } else if (request.url === "/door") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    listeners.add(response);
  } else {
    const { method, headers } = request;
    const asked = new Request(`${ORIGIN}${request.url}`, { method, headers: new Headers(Object.entries(headers)) });
    const answered = await answer(asked, { roots, project });
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    if (answered.body) await pipeline(Readable.fromWeb(answered.body), response).catch(() => response.destroy());
    else response.end();
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
