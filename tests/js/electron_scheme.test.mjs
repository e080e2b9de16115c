/** The Electron example's main-process modules, in plain Node: which file an address means, under which headers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { FRAME_HOSTS } from "../../examples/electron/app/frame_hosts.js";
import { locations } from "../../examples/electron/main/locations.js";
import { segments } from "../../examples/electron/main/paths.js";
import { answer, locate } from "../../examples/electron/main/scheme.js";

const ROOTS = { "": path.join("/", "app", "app"), pybridge: path.join("/", "app", "pybridge") };

test("an address means a file below its root", () => {
  const cases = {
    "app://notebook/": path.join(ROOTS[""], "index.html"),
    "app://notebook/style.css": path.join(ROOTS[""], "style.css"),
    "app://notebook/pybridge/client.js": path.join(ROOTS.pybridge, "client.js"),
    "app://notebook/pybridge/types/host/client.d.ts": path.join(ROOTS.pybridge, "types", "host", "client.d.ts"),
    "app://notebook/pybridge/studio/": path.join(ROOTS.pybridge, "studio", "index.html"),
    "app://notebook/pybridge/studio/studio.js": path.join(ROOTS.pybridge, "studio", "studio.js"),
    "app://notebook/a%20b.txt": path.join(ROOTS[""], "a b.txt"),
  };
  for (const [url, file] of Object.entries(cases)) assert.equal(locate(url, ROOTS), file);
});

test("paths out of a root, or with another meaning on Windows, are not found", () => {
  const refused = [
    "app://notebook/..%2f..%2fetc/passwd",
    "app://notebook/pybridge/%2e%2e%2fapp/index.html",
    "app://notebook/..%5c..%5cwindows%5cwin.ini",
    "app://notebook/C:/windows/win.ini",
    "app://notebook/index.html:stream",
    "app://notebook/CON",
    "app://notebook/aux.js",
    "app://notebook/COM1.txt",
    "app://notebook/LPT%C2%B9",
    "app://notebook/index.html.",
    "app://notebook/index.html%20",
    "app://notebook/a%00b",
    "app://notebook//etc/passwd",
    "app://notebook//",
    "app://notebook/pybridge/studio//",
    "app://notebook/pybridge/studio/..%2f..%2fapp/index.html",
    "app://notebook/pybridge/studio/%2e%2e%2f/",
    "app://notebook/pybridge/studio/CON/",
    "app://notebook/%E0%A4%A",
    "app://other/index.html",
    "https://notebook/index.html",
    "app://notebook/media/a.png",
  ];
  for (const url of refused) assert.equal(locate(url, ROOTS), null, url);
  assert.deepEqual(segments("/console.js"), ["console.js"], "only whole device names are devices");
});

const read = async () => new TextEncoder().encode("x");

/** What the scheme answers to a request for an address. */
function ask(url, { reader = read, ...request } = {}) {
  return answer(new Request(url, request), { roots: ROOTS, project: "/none", read: reader });
}

/** The directives of an answer's policy, by name. */
function directives({ headers }) {
  const policy = headers.get("content-security-policy") ?? "";
  return Object.fromEntries(policy.split("; ").map((each) => [each.split(" ")[0], each.split(" ").slice(1)]));
}

test("pages carry the policy and the isolation headers; the frame brings its own policy", async () => {
  const page = await ask("app://notebook/index.html");
  assert.equal(page.status, 200);
  assert.deepEqual(directives(page)["script-src"], ["'self'"]);
  assert.doesNotMatch(page.headers.get("content-security-policy"), /unsafe-eval/);
  for (const name of ["app://notebook/index.html", "app://notebook/pybridge/frame.htm", "app://notebook/none/"]) {
    const { headers } = await ask(name);
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(headers.get("cross-origin-embedder-policy"), "require-corp");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
  const frame = await ask("app://notebook/pybridge/frame.htm");
  assert.equal(frame.headers.get("content-security-policy"), null);
  const worker = await ask("app://notebook/pybridge/worker.bin");
  assert.deepEqual(directives(worker)["connect-src"], ["'none'"]);
  assert.match(worker.headers.get("content-type"), /^text\/javascript/);
});

test("only the frame of the runtime goes without our policy, not another file of its name", async () => {
  for (const url of ["app://notebook/frame.htm", "app://notebook/pybridge/studio/frame.htm"])
    assert.deepEqual(directives(await ask(url))["default-src"], ["'none'"], url);
});

test("the notebook's policy admits the videos of listed hosts and the project's media, and nothing else", async () => {
  const policy = directives(await ask("app://notebook/"));
  const hosts = ["https://player.vimeo.com", "https://www.youtube-nocookie.com", "https://www.youtube.com"];
  assert.deepEqual(policy["frame-src"], ["'self'", ...hosts]);
  assert.deepEqual(policy["media-src"], ["'self'"]);
  assert.deepEqual(policy["img-src"], ["'self'", "data:"]);
  assert.deepEqual(policy["default-src"], ["'none'"]);
  assert.deepEqual(policy["frame-ancestors"], ["'none'"]);
  for (const name of ["font-src", "worker-src", "object-src"]) assert.equal(policy[name], undefined);
});

test("the hosts of videos are those that the sanitiser lists by itself", () => {
  const { iframeHosts } = JSON.parse(
    readFileSync(new URL("../../web_worker/shared/html_policy.json", import.meta.url)),
  );
  assert.deepEqual([...FRAME_HOSTS].sort(), [...iframeHosts].sort());
});

test("the page that shows a rendered document runs no script and asks nobody; the studio shows no videos", async () => {
  const preview = directives(await ask("app://notebook/pybridge/studio/preview.html"));
  assert.deepEqual(preview["default-src"], ["'none'"]);
  assert.deepEqual(preview.sandbox, ["allow-same-origin"]);
  for (const name of ["script-src", "connect-src", "frame-src"]) assert.equal(preview[name], undefined);
  const [studio, home] = await Promise.all(
    ["app://notebook/pybridge/studio/", "app://notebook/"].map((url) => ask(url)),
  );
  assert.equal(studio.status, 200);
  const { "media-src": _media, ...common } = directives(home);
  assert.deepEqual(directives(studio), { ...common, "frame-src": ["'self'"] });
});

test("a file that is not there is a 404, whatever the reader says", async () => {
  const missing = await ask("app://notebook/none.js", {
    reader: async () => {
      throw new Error("ENOENT: /secret/path");
    },
  });
  assert.equal(missing.status, 404);
  assert.equal(await missing.text(), "");
});

test("only reading is answered, and HEAD without the file", async () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    assert.equal((await ask("app://notebook/index.html", { method })).status, 405);
  const head = await ask("app://notebook/index.html", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("packaged, the service is a program beside the archive", () => {
  const where = { isPackaged: true, appPath: "/r/app.asar", resourcesPath: "/r", platform: "linux" };
  assert.equal(locations(where).service.command, path.join("/r", "pybridge-service", "pybridge"));
  assert.match(locations({ ...where, platform: "win32" }).service.command, /pybridge-service.pybridge\.exe$/);
  assert.deepEqual(locations({ ...where, isPackaged: false }).service, { command: "pybridge", args: [] });
});
