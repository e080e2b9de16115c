/** The cheap test accepts what it is for; that it accepts nothing else is fuzzed in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { frameHosts } from "../../web_worker/host/html/frame_hosts.js";
import { isPlain } from "../../web_worker/host/html/plain_html.js";

const HOSTS = frameHosts(undefined);

const PLAIN = [
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
  "<a href=x>y</a>",
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
  '<b title="<">x</b>',
  '<b title="a" title="b">x</b>',
  "<!-- x --><b>y</b>",
  "a < b",
  "<b>\0</b>",
  '<a href="x"><a href="y">z</a></a>',
  '<img src="x" title="',
  "<div/>",
];

for (const html of PLAIN) test(`plain: ${html}`, () => assert.equal(isPlain(html, HOSTS), true));
for (const html of NOT_PLAIN) test(`not plain: ${html}`, () => assert.equal(isPlain(html, HOSTS), false));
