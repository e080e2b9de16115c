/** Which HTML keeps its bytes without a look by DOMPurify; that both halves agree is tested in tests/differential. */
import assert from "node:assert/strict";
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

const PLAIN = [
  "<a href=x>y</a>",
  '<b title="<">x</b>',
  "text",
  "<b>x</b>",
  '<p class="a">one <em>two</em> &amp; three<br>four<br/></p>',
  '<a class="gallery-item" href="/media/2024/06/a.jpg" data-title="A &lt;b&gt;"><img src="/media/a.jpg" alt="x" loading="lazy" /></a>',
  '<iframe src="https://www.youtube.com/embed/abc?rel=0" title="T" frameborder="0" allow="accelerometer; autoplay" allowfullscreen></iframe>',
  '<a href="https://example.com/?a=1&amp;b=2">x</a>',
];

const NOT_PLAIN = [
  "<b>x",
  "x</b>",
  "<b><i>x</b></i>",
  "<p><div>x</div></p>",
  '<svg><path d="M0 0"/></svg>',
  "<ul><li>x</li></ul>",
  "<math><mi>x</mi></math>",
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java&#115;cript:alert(1)">x</a>',
  '<a href=" javascript:alert(1)">x</a>',
  '<img src="x" onerror="alert(1)">',
  '<img src="data:image/png;base64,x">',
  '<div style="color:red">x</div>',
  '<iframe src="https://example.com/"></iframe>',
  '<iframe src="https://www.youtube.com@example.com/"></iframe>',
  '<iframe src="https://www.youtube.com/">x</iframe>',
  "<script>x</script>",
  "<table><tr><td>x</td></tr></table>",
  '<b title="a" title="b">x</b>',
  "<!-- x --><b>y</b>",
  "a < b",
  "<b>\0</b>",
  '<a href="x"><a href="y">z</a></a>',
  '<img src="x" title="',
  "<div/>",
];

for (const html of PLAIN) test(`plain: ${html}`, () => assert.equal(isPlain(html), true));
for (const html of NOT_PLAIN) test(`not plain: ${html}`, () => assert.equal(isPlain(html), false));

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
