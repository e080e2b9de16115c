/** Looking whether a service worker sends the frame with a sandbox of its own. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { bringsSandbox } from "../../web_worker/host/sandbox/service_worker.js";

const before = { fetch: globalThis.fetch, navigator: Object.getOwnPropertyDescriptor(globalThis, "navigator") };
const FRAME = new URL("https://app.example/pybridge/frame.htm");

afterEach(() => {
  globalThis.fetch = before.fetch;
  if (before.navigator) Object.defineProperty(globalThis, "navigator", before.navigator);
  else delete globalThis.navigator;
});

/** A page whose service worker answers so; returns how the request was made and whether its body was read on. */
function page(policy, isControlled = true) {
  const seen = { cancelled: 0 };
  const serviceWorker = { controller: isControlled ? {} : null };
  Object.defineProperty(globalThis, "navigator", { value: { serviceWorker }, configurable: true });
  globalThis.fetch = async (url, options) => {
    Object.assign(seen, { url, options });
    if (policy === undefined) throw new TypeError("failed to fetch");
    const body = new ReadableStream({ cancel: () => void seen.cancelled++ });
    return new Response(body, { headers: { "Content-Security-Policy": policy } });
  };
  return seen;
}

for (const [policy, expected] of [
  ["sandbox allow-scripts", true],
  ["sandbox allow-scripts allow-same-origin", false],
  ["default-src 'none'", false],
  [undefined, false],
])
  test(`a frame with the policy ${policy} ${expected ? "brings" : "brings no"} sandbox`, async () => {
    page(policy);
    assert.equal(await bringsSandbox(FRAME), expected);
  });

test("a page without a service worker asks for nothing", async () => {
  const seen = page("sandbox allow-scripts", false);
  assert.equal(await bringsSandbox(FRAME), false);
  assert.equal(seen.url, undefined);
});

test("the request has a limit of time, and only its headers are waited for", async () => {
  const seen = page("sandbox allow-scripts");
  await bringsSandbox(FRAME);
  assert.ok(seen.options.signal instanceof AbortSignal);
  assert.equal(seen.cancelled, 1);
});
