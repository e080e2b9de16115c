/** Which HTML keeps its bytes without a look by DOMPurify; that both halves agree is tested in tests/differential. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { frameHosts } from "../../web_worker/host/html/frame_hosts.js";
import { createNormaliser } from "../../web_worker/host/html/normalise.js";

const NAMES = new Map([
  ["amp", "&"],
  ["lt", "<"],
]);
const names = (/** @type {string} */ name) => NAMES.get(name);
const normalise = createNormaliser({ hosts: frameHosts(undefined), names });

/**
 * @param {string} html
 * @param {typeof normalise} [normaliser]
 */
function isPlain(html, normaliser = normalise) {
  const found = normaliser(html);
  return Boolean(found?.isExact && found.isPlain);
}

/** @type {{plain: string[], notPlain: string[]}} */
const CASES = JSON.parse(readFileSync(new URL("../plain_html.json", import.meta.url), "utf-8"));

for (const html of CASES.plain) test(`plain: ${html}`, () => assert.equal(isPlain(html), true));
for (const html of CASES.notPlain) test(`not plain: ${html}`, () => assert.equal(isPlain(html), false));

test("what is plain under one list is not under another", () => {
  const other = createNormaliser({ hosts: frameHosts(["maps.example.org"]), names });
  const html = '<iframe src="https://maps.example.org/"></iframe>';
  assert.equal(isPlain(html, other), true);
  assert.equal(isPlain(html), false);
  assert.equal(isPlain('<iframe src="https://www.youtube.com/embed/a"></iframe>', other), false);
});

test("a frame without a page is not plain", () => {
  for (const html of ["<iframe></iframe>", '<iframe title="a"></iframe>']) assert.equal(isPlain(html), false);
});
