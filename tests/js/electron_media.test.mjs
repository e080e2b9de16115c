/** The Electron example's route for the project's media, in Node with real files and links. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { MEDIA_TYPES, rangeOf } from "../../examples/electron/main/media.js";
import { answer } from "../../examples/electron/main/scheme.js";

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
const folder = mkdtempSync(path.join(tmpdir(), "pybridge-media-"));
const project = path.join(folder, "project");
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file; makes its folders. */
function put(name, content = CONTENT) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

put("project/media/2026/01/film.mp4");
put("project/media/a b ü.PNG", "picture");
put("project/media/empty.png", "");
put("project/media/film.mp4.meta", "id: 1");
put("project/media/page.html", "<script>1</script>");
put("project/media/.hidden/a.png", "hidden");
put("project/media/.a.png", "hidden");
put("project/media/archive.asar/a.png", "as if in an archive");
put("project/media/drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
put("project/posts/beside.png", "beside");
put("project/scripts/script.py", "print()");
put("outside/secret.png", "secret");

function ask(place, { range, method = "GET", root = project } = {}) {
  const request = new Request(`app://notebook/media/${place}`, { method, headers: range ? { range } : {} });
  return answer(request, { roots: { "": path.join(folder, "app") }, project: root });
}

test("a media file is served whole, with its type, and may not be taken for another", async () => {
  const film = await ask("2026/01/film.mp4");
  assert.equal(film.status, 200);
  assert.deepEqual(Buffer.from(await film.arrayBuffer()), CONTENT);
  const names = ["content-type", "content-length", "accept-ranges", "x-content-type-options", "content-range"];
  assert.deepEqual(
    names.map((name) => film.headers.get(name)),
    ["video/mp4", String(CONTENT.length), "bytes", "nosniff", null],
  );
  const picture = await ask("a%20b%20%C3%BC.PNG");
  assert.deepEqual([picture.headers.get("content-type"), await picture.text()], ["image/png", "picture"]);
  const empty = await ask("empty.png");
  assert.deepEqual([empty.status, empty.headers.get("content-length"), await empty.text()], [200, "0", ""]);
});

test("a media file that is opened by itself runs nothing and has no origin", async () => {
  const drawing = await ask("drawing.svg");
  await drawing.text();
  const policy = drawing.headers.get("content-security-policy").split("; ");
  assert.ok(policy.includes("sandbox") && policy.includes("default-src 'none'"));
  assert.equal(drawing.headers.get("cross-origin-resource-policy"), "same-origin");
});

test("a range is answered with exactly its bytes", async () => {
  const size = CONTENT.length;
  const cases = {
    "bytes=0-0": [0, 1],
    "bytes=0-": [0, size],
    "bytes=100-199": [100, 200],
    "bytes=199990-999999": [199_990, size],
    [`bytes=${size - 1}-`]: [size - 1, size],
    "bytes=-5": [size - 5, size],
    "bytes=-999999": [0, size],
  };
  for (const [range, [start, end]] of Object.entries(cases)) {
    const part = await ask("2026/01/film.mp4", { range });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers.get("content-range"), `bytes ${start}-${end - 1}/${size}`);
    assert.equal(part.headers.get("content-length"), String(end - start));
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), CONTENT.subarray(start, end), range);
  }
});

test("a range beyond the file is refused; what is not one range is answered with the whole file", async () => {
  for (const range of [`bytes=${CONTENT.length}-`, "bytes=999999-9999999", "bytes=-0"]) {
    const refused = await ask("2026/01/film.mp4", { range });
    assert.deepEqual([refused.status, await refused.text()], [416, ""], range);
    assert.equal(refused.headers.get("content-range"), `bytes */${CONTENT.length}`);
  }
  for (const range of ["bytes=5-1", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,4-5", "bytes=0-1e3", "0-1"])
    assert.deepEqual(rangeOf(range, 10), { start: 0, length: 10, isPart: false }, range);
  assert.equal(rangeOf("bytes=0-", 0), null);
});

test("every range of a small file is either its bytes or refused", () => {
  for (let size = 0; size < 6; size++)
    for (const first of ["", "0", "1", "4", "5", "9"])
      for (const last of ["", "0", "1", "4", "5", "9"]) {
        const bytes = Array.from({ length: size }, (_, index) => index);
        const range = rangeOf(`bytes=${first}-${last}`, size);
        const expected =
          first === "" ? bytes.slice(-Number(last) || size) : bytes.slice(Number(first), Number(last || size) + 1);
        if (range === null)
          assert.ok(expected.length === 0 || (first === "" && last === "0"), `${first}-${last}/${size}`);
        else if (range.isPart) assert.deepEqual(bytes.slice(range.start, range.start + range.length), expected);
        else assert.equal(range.length, size);
      }
});

test("HEAD says the same without the bytes, and leaves no file open", async () => {
  const head = await ask("2026/01/film.mp4", { method: "HEAD", range: "bytes=0-9" });
  assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [206, "10", ""]);
});

test("only media files of the folder media are served", async () => {
  const refused = [
    "none.png",
    "film.mp4.meta",
    "page.html",
    ".a.png",
    ".hidden/a.png",
    "archive.asar/a.png",
    "2026",
    "2026/",
    "",
    "..%2fposts/beside.png",
    "%2e%2e%2f%2e%2e%2foutside/secret.png",
    "..%5c..%5coutside%5csecret.png",
    "2026/01/film.mp4/",
    "2026/01/film.mp4/x.png",
    "a%00.png",
    "CON.png",
  ];
  for (const place of refused) {
    const answered = await ask(place);
    assert.deepEqual([answered.status, await answered.text()], [404, ""], place);
  }
  const beside = await answer(new Request("app://notebook/posts/beside.png"), { roots: { "": folder }, project });
  assert.equal(beside.status, 404);
});

test("no link leads out of the folder media", async () => {
  const link = (target, name, type) => symlinkSync(target, path.join(project, "media", name), type);
  link(path.join(folder, "outside", "secret.png"), "out.png");
  link(path.join("..", "..", "outside"), "out", "dir");
  link(path.join("..", "posts", "beside.png"), "beside.png");
  link("film.mp4.meta", "meta.png");
  link(path.join(".hidden", "a.png"), "hidden.png");
  link(path.join("2026", "01", "film.mp4"), "inside.png");
  for (const place of ["out.png", "out/secret.png", "beside.png", "meta.png", "hidden.png"])
    assert.equal((await ask(place)).status, 404, place);
  const inside = await ask("inside.png");
  assert.deepEqual([inside.status, inside.headers.get("content-type")], [200, "video/mp4"]);
  await inside.body.cancel();
  const other = path.join(folder, "other");
  mkdirSync(other);
  symlinkSync(path.join(folder, "outside"), path.join(other, "media"), "dir");
  assert.equal((await ask("secret.png", { root: other })).status, 404, "the folder itself is a link");
  const named = path.join(folder, "named");
  symlinkSync(project, named, "dir");
  assert.equal((await ask("empty.png", { root: named })).status, 200, "the project may be one");
});

test("a pipe does not make the application wait", { skip: process.platform === "win32" }, async () => {
  execFileSync("mkfifo", [path.join(project, "media", "pipe.png")]);
  assert.equal((await ask("pipe.png")).status, 404);
});

test("a page that wants no more of a file closes it", { skip: process.platform !== "linux" }, async () => {
  const opened = () => readdirSync("/proc/self/fd").length;
  const before = opened();
  for (let time = 0; time < 20; time++) {
    const film = await ask("2026/01/film.mp4");
    const reader = film.body.getReader();
    await reader.read();
    await reader.cancel();
  }
  const end = Date.now() + 10_000;
  while (opened() > before && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(opened() <= before, `${opened() - before} files are still open`);
});

test("the types are those of the studio's own server, without fonts", () => {
  const source = readFileSync(new URL("../../pybridge/studio/web/media.py", import.meta.url), "utf8");
  const known = [...source.matchAll(/^ {4}"(\.\w+)": "([\w/+-]+)",$/gm)].map(([, suffix, type]) => [suffix, type]);
  const media = known.filter(([, type]) => !type.startsWith("font/"));
  assert.ok(media.length > 20);
  assert.deepEqual(MEDIA_TYPES, Object.fromEntries(media));
});
