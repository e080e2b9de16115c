/** From what a page can see of an address to the cause of a failure: the table of docs/serving.md. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { whyNoFrame, whyNotLoaded } from "../../web_worker/host/sandbox/diagnosis.js";
import { admits, directivesOf, refusesInline } from "../../web_worker/host/sandbox/policies.js";

const HERE = "https://app.example";
const HTML = { "content-type": "text/html; charset=utf-8" };

/** Facts of a frame for which nothing is wrong, and what is different. */
function facts({ headers = {}, at = HERE, ...changes } = {}) {
  const known = { ...HTML, ...headers };
  return {
    url: new URL(`${at}/pybridge/frame.htm`),
    pages: [HERE],
    outcome: "answered",
    status: 200,
    header: (name) => known[name.toLowerCase()] ?? "",
    isForbidden: false,
    reports: [],
    isIsolated: false,
    isControlled: false,
    ...changes,
  };
}

const UNSEEN = { outcome: "unreadable", header: () => "", status: 0 };
const NOTHING = { outcome: "none", header: () => "", status: 0 };
const EMBEDDER = { "cross-origin-embedder-policy": "require-corp" };
const csp = (text) => ({ "content-security-policy": text });

/** What is seen, what is said of it, and what the hint names. */
const FRAMES = [
  [{}, undefined],
  [{ reports: ["navigation"] }, "the page has a Cross-Origin-Embedder-Policy, and", "Embedder-Policy: require-corp"],
  [{ isIsolated: true }, "the page has a Cross-Origin-Embedder-Policy, and", "Embedder-Policy: require-corp"],
  [
    { reports: ["corp"], ...UNSEEN },
    "its Cross-Origin-Resource-Policy does not admit",
    "Resource-Policy: cross-origin",
  ],
  [{ isIsolated: true, headers: EMBEDDER }, "this browser asks for a Cross-Origin-Resource-Policy", "cross-origin"],
  [{ outcome: "late" }, "its server does not answer in time"],
  [NOTHING, "its server cannot be reached", "online"],
  [{ ...NOTHING, at: "https://files.example" }, "its server cannot be reached, or sends no Access-Control", "online"],
  [{ ...NOTHING, isForbidden: true }, undefined],
  [{ ...NOTHING, url: new URL("file:///a/frame.htm") }, "its headers cannot be read"],
  [{ status: 404 }, "it is answered with 404", "whole folder"],
  [{ status: 503 }, "it is answered with 503", "whole folder"],
  [{ headers: { "content-type": "text/plain" } }, "its Content-Type is text/plain", "text/html"],
  [{ headers: { "content-type": "" } }, "its Content-Type is missing", "text/html"],
  [{ headers: { "content-type": "application/xhtml+xml" } }, undefined],
  [
    { headers: { "content-disposition": "attachment; filename=a" } },
    "it is sent as a download (Content-Disposition: attachment)",
    "without that header",
  ],
  [{ headers: { "content-disposition": "inline" } }, undefined],
  [{ headers: { "x-frame-options": "DENY" } }, `X-Frame-Options: DENY does not admit the page ${HERE}`],
  [{ headers: { "x-frame-options": "sameorigin" } }, undefined],
  [
    { headers: { "x-frame-options": "SAMEORIGIN" }, pages: [HERE, "https://host.example"] },
    "X-Frame-Options: SAMEORIGIN does not admit the page https://app.example in https://host.example",
  ],
  [{ headers: { "x-frame-options": "DENY", ...csp("frame-ancestors *") } }, undefined],
  [{ headers: csp("frame-ancestors 'none'") }, "Content-Security-Policy: frame-ancestors 'none' does not admit"],
  [{ headers: csp("frame-ancestors 'self'") }, undefined],
  [{ headers: csp("frame-ancestors 'self', frame-ancestors https://b.example") }, "frame-ancestors https://b.example"],
  [{ headers: csp("sandbox allow-forms") }, "a sandbox that allows no scripts", "without that header"],
  [{ headers: csp("sandbox allow-scripts") }, undefined],
  [{ headers: csp("default-src 'self'") }, "refuses the frame's own script", "without that header"],
  [{ headers: csp("default-src 'none'; script-src 'unsafe-inline'") }, undefined],
  [{ isControlled: true }, "no service worker answers for a sandboxed frame", "sandbox allow-scripts"],
  [{ isControlled: true, headers: { "x-frame-options": "DENY" } }, "X-Frame-Options: DENY"],
  [{ ...UNSEEN, at: "https://files.example" }, "its headers cannot be read from this page", "console"],
];

suite("a frame that does not answer", () => {
  for (const [seen, why, hint = ""] of FRAMES) {
    test(`${JSON.stringify(seen)}: ${why}`, () => {
      const cause = whyNoFrame(facts(seen));
      if (why === undefined) return assert.equal(cause, undefined);
      assert.ok(cause?.[0].includes(why), cause?.[0]);
      assert.ok((cause[1] ?? "").includes(hint), cause[1]);
    });
  }

  test("each cause is in the table of the guide", () => {
    const guide = readFileSync(new URL("../../docs/serving.md", import.meta.url), "utf8");
    const rows = [...guide.matchAll(/^\| … (?:does not answer: )?(.+?) \|/gm)].map(([, said]) => said);
    const parts = rows.map((row) => row.split("…").map((part) => part.replace(/\d+/, "").trim()));
    const whys = FRAMES.map(([seen]) => whyNoFrame(facts(seen))?.[0]).filter((why) => why !== undefined);
    const unlisted = whys.filter((why) => !parts.some((row) => row.every((part) => why.includes(part))));
    assert.deepEqual(unlisted, []);
    const idle = parts.filter((row) => !whys.some((why) => row.every((part) => why.includes(part))));
    assert.deepEqual(idle, []);
  });
});

suite("a file that does not load", () => {
  const far = "https://files.example";
  for (const [seen, why, hint] of [
    [
      { ...NOTHING, isForbidden: true },
      "the page's Content-Security-Policy forbids it",
      "connect-src https://app.example",
    ],
    [{ ...NOTHING, isForbidden: true, at: far }, "Content-Security-Policy forbids it", `connect-src ${far}`],
    [{ outcome: "late" }, "its server does not answer in time", ""],
    [{ ...UNSEEN, at: far }, "lets no page of another origin read it", `Access-Control-Allow-Origin: ${HERE}`],
    [NOTHING, "its server cannot be reached", "online"],
  ]) {
    test(why, () => {
      const cause = whyNotLoaded(facts(seen));
      assert.ok(cause?.[0].includes(why), cause?.[0]);
      assert.ok((cause[1] ?? "").includes(hint), cause[1]);
    });
  }

  test("one that loads the second time has no cause", () => assert.equal(whyNotLoaded(facts()), undefined));
});

suite("policies", () => {
  test("the first directive of its name counts, in each policy", () => {
    const header = "default-src 'none'; SCRIPT-SRC a b; script-src c, script-src d, img-src e";
    assert.deepEqual(directivesOf(header, "script-src"), [["a", "b"], ["d"]]);
    assert.deepEqual(directivesOf(header, "script-src-elem", "default-src"), [["'none'"]]);
    assert.deepEqual(directivesOf("", "sandbox"), []);
    assert.deepEqual(directivesOf("sandbox", "sandbox"), [[]]);
  });

  for (const [source, page, isAdmitted] of [
    ["*", HERE, true],
    ["'self'", HERE, true],
    ["'self'", "https://host.example", false],
    ["'none'", HERE, false],
    ["https:", HERE, true],
    ["http:", HERE, false],
    ["app.example", HERE, true],
    ["app.example", "https://app.example.evil.example", false],
    ["https://app.example/", HERE, true],
    ["*.example", HERE, true],
    ["*.app.example", HERE, false],
    ["http://localhost:*", "http://localhost:8080", true],
    ["localhost", "http://localhost:8080", false],
    ["a+b(", HERE, false],
  ]) {
    test(`${source} ${isAdmitted ? "admits" : "does not admit"} ${page}`, () => {
      assert.equal(admits([source], page, HERE), isAdmitted);
    });
  }

  for (const [sources, isRefused] of [
    ["'self'", true],
    ["'none'", true],
    ["", true],
    ["'unsafe-inline'", false],
    ["'unsafe-inline' 'nonce-a'", true],
    ["'unsafe-inline' 'strict-dynamic'", true],
    ["'sha256-abc='", false],
  ]) {
    test(`script-src ${sources} ${isRefused ? "refuses" : "admits"} the script`, () => {
      assert.equal(refusesInline(sources.split(" ")), isRefused);
    });
  }
});
