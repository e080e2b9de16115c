/** Which hosts a list may name, and which addresses are theirs: the cases that Python's half is held to as well. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { builtFrameHosts, frameHosts, isKnownFrame, refusal } from "../../web_worker/host/html/frame_hosts.js";
import { htmlWarning, inDocumentOrder } from "../../web_worker/host/html/warnings.js";

const CASES = JSON.parse(readFileSync(new URL("../iframe_hosts.json", import.meta.url), "utf-8"));
const NOTICE = { code: "iframe-host", message: "m" };
const HOSTS = frameHosts(CASES.hosts);

/** What an HTML parser makes of the value, as far as the cases need it. @param {string} value */
function decoded(value) {
  const names = { amp: "&", colon: ":", commat: "@", bsol: "\\", nbsp: "\u00a0" };
  return value.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    name ? names[/** @type {keyof typeof names} */ (name)] : String.fromCharCode(code === "0" ? 0xfffd : code),
  );
}

for (const { given, host, problem } of CASES.entries) {
  test(`a list names ${JSON.stringify(given)}`, () => {
    if (host) return assert.deepEqual([...frameHosts([given])], [host]);
    const told = `iframeHosts: ${JSON.stringify(given)} ${problem}`;
    assert.throws(
      () => frameHosts([CASES.hosts[0], given]),
      (/** @type {any} */ error) => {
        assert.equal(error.code, "usage");
        assert.equal(error.value.message, told);
        return true;
      },
    );
  });
}

for (const { src, kept } of CASES.sources) {
  test(`${kept ? "known" : "unknown"}: ${JSON.stringify(src)}`, () => {
    assert.equal(isKnownFrame(decoded(src), HOSTS), kept);
  });
}

for (const { hosts, sources, message } of CASES.refusals) {
  test(`said: ${message}`, () => assert.equal(refusal(sources, frameHosts(hosts)), message));
}

test("without a list there are the built-in hosts, with an empty one none", () => {
  assert.deepEqual([...frameHosts(undefined)].sort(), [
    "player.vimeo.com",
    "www.youtube-nocookie.com",
    "www.youtube.com",
  ]);
  assert.deepEqual([...frameHosts([])], []);
});

for (const list of ["maps.example.org", null, 5, [5], [null], {}]) {
  test(`not a list of hosts: ${JSON.stringify(list)}`, () => {
    assert.throws(() => frameHosts(list), {
      code: "usage",
      message: /^iframeHosts: .* is not a (list of hosts|string)/,
    });
  });
}

test("a folder whose list cannot be used does not start", () => {
  assert.throws(() => builtFrameHosts(["*"]), {
    code: "boot",
    message: /manifest\.json: iframeHosts: "\*" is a pattern/,
  });
});

test("a warning has its place, and stands in the document's order", () => {
  const at = (/** @type {number} */ line, /** @type {number} */ column) =>
    htmlWarning(NOTICE, "map", { path: "a.md", line, column });
  assert.deepEqual(at(1, 2), {
    code: "iframe-host",
    message: "m",
    macro: "map",
    call: { path: "a.md", line: 1, column: 2 },
  });
  assert.deepEqual(htmlWarning(NOTICE, "map"), { code: "iframe-host", message: "m", macro: "map" });
  const placeless = { code: "x", message: "m" };
  assert.deepEqual(inDocumentOrder([at(1, 9), at(3, 1), placeless], [at(1, 10), at(2, 1)]), [
    at(1, 9),
    at(1, 10),
    at(2, 1),
    at(3, 1),
    placeless,
  ]);
});
