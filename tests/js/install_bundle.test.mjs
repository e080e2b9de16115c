/** `installBundle`: what is accepted and refused by the table that Python has, too; what is fetched, and when. */
import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { signedBytes } from "../../web_worker/processes/bundles/bundle_manifest.js";
import { installBundle } from "../../web_worker/processes/bundles/install_bundle.js";

const { publicKeys, cases } = JSON.parse(readFileSync("tests/unit/bundles/runtime_cases.json", "utf8"));
const MODULE = Buffer.concat([
  Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]),
  ...Array.from({ length: 250 }, () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
]);
const FILES = { "python.wasm": MODULE, "lib/z.txt": Buffer.from("z"), "a b/c": Buffer.from("c") };
const NAME = "lang-python-test";

/** A registry that notes what is fetched from it. */
function registryOf(manifest, files = FILES) {
  const fetched = [];
  return {
    fetched,
    baseUrl: "https://registry.test/base",
    fetchJson: async (url) => {
      fetched.push(url);
      return structuredClone(manifest);
    },
    fetchBytes: async (url) => {
      fetched.push(url);
      const path = decodeURIComponent(new URL(url).pathname.split("/1.0.0/")[1]);
      return new Uint8Array(files[path]);
    },
  };
}

function cacheOf(entries = []) {
  const kept = new Map(entries);
  return { kept, read: async (key) => kept.get(key), write: async (key, content) => kept.set(key, content) };
}

const good = cases[0].manifest;

for (const { name, manifest, error } of cases) {
  test(`a manifest: ${name}`, async () => {
    const registry = registryOf(manifest);
    const done = installBundle(NAME, "1.0.0", { registry, publicKeys });
    if (error === null) {
      const { assets } = await done;
      assert.deepEqual(Object.keys(assets).sort(), Object.keys(FILES).sort());
      for (const path of Object.keys(FILES)) assert.deepEqual(Buffer.from(assets[path]), FILES[path]);
      return;
    }
    await assert.rejects(done, (found) => found.code === "integrity" && found.message.startsWith(error));
    assert.equal(registry.fetched.length, 1, "no asset is fetched before the manifest was verified");
  });
}

test("each byte of an asset counts, fetched or cached", async () => {
  const changed = Buffer.from(MODULE);
  changed[60_000] ^= 1;
  const registry = registryOf(good, { ...FILES, "python.wasm": changed });
  const cache = cacheOf();
  await assert.rejects(installBundle(NAME, "1.0.0", { registry, cache, publicKeys }), /sha256 mismatch: python.wasm/);
  assert.equal(cache.kept.has(`bundles/${NAME}/1.0.0/python.wasm`), false);
  const poisoned = cacheOf([[`bundles/${NAME}/1.0.0/python.wasm`, new Uint8Array(changed)]]);
  const { assets } = await installBundle(NAME, "1.0.0", { registry: registryOf(good), cache: poisoned, publicKeys });
  assert.deepEqual(Buffer.from(assets["python.wasm"]), MODULE);
  const again = registryOf(good);
  await installBundle(NAME, "1.0.0", { registry: again, cache: poisoned, publicKeys });
  assert.deepEqual(again.fetched, ["https://registry.test/base/bundles/lang-python-test/1.0.0/manifest.json"]);
});

test("another size is refused", async () => {
  const registry = registryOf(good, { ...FILES, "lib/z.txt": Buffer.from("zz") });
  await assert.rejects(installBundle(NAME, "1.0.0", { registry, publicKeys }), /has 2 bytes, the manifest says 1/);
});

test("no key is trusted unless it was given, whatever the registry says of itself", async () => {
  for (const registry of [registryOf(good), { ...registryOf(good), isOfficial: true }]) {
    await assert.rejects(installBundle(NAME, "1.0.0", { registry }), /unknown signature keyId/);
    await assert.rejects(installBundle(NAME, "1.0.0", { registry, requireSignature: false }), /unknown signature/);
  }
  const unsigned = { ...good, signature: undefined };
  delete unsigned.signature;
  const { manifest } = await installBundle(NAME, "1.0.0", { registry: registryOf(unsigned), requireSignature: false });
  assert.equal(manifest.signature, undefined);
});

test("the bundle is the one that was asked for, by a name that is one", async () => {
  const registry = registryOf(good);
  await assert.rejects(installBundle("lang-other", "1.0.0", { registry, publicKeys }), /not lang-other@1.0.0/);
  await assert.rejects(installBundle(NAME, "1.0.1", { registry, publicKeys }), /not lang-python-test@1.0.1/);
  for (const [name, version] of [
    ["..", "1.0.0"],
    ["a/b", "1.0.0"],
    [NAME, ".."],
    [NAME, "1"],
    [null, null],
  ]) {
    await assert.rejects(installBundle(name, version, { registry, publicKeys }), { code: "usage" });
  }
});

test("a key is base64 or a JWK", async () => {
  const [[id, text]] = Object.entries(publicKeys);
  const x = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const trusted = { [id]: { kty: "OKP", crv: "Ed25519", x } };
  await installBundle(NAME, "1.0.0", { registry: registryOf(good), publicKeys: trusted });
  for (const key of [{ kty: "EC", crv: "P-256", x }, "YWJj", "!"]) {
    const options = { registry: registryOf(good), publicKeys: { [id]: key } };
    await assert.rejects(installBundle(NAME, "1.0.0", options), /invalid Ed25519 public key/);
  }
  assert.equal(Object.hasOwn(publicKeys, "toString"), false);
  const inherited = { ...good, signature: { ...good.signature, keyId: "toString" } };
  await assert.rejects(
    installBundle(NAME, "1.0.0", { registry: registryOf(inherited), publicKeys }),
    /unknown signature/,
  );
});

test("a mutation of each member of a manifest is refused", async () => {
  const text = JSON.stringify(good);
  for (let place = 0; place < text.length; place += 7) {
    const changed = `${text.slice(0, place)}${text[place] === "0" ? "1" : "0"}${text.slice(place + 1)}`;
    let manifest;
    try {
      manifest = JSON.parse(changed);
    } catch {
      continue;
    }
    await assert.rejects(installBundle(NAME, "1.0.0", { registry: registryOf(manifest), publicKeys }), `${place}`);
  }
});

test("a manifest of another writer, over HTTP: no credentials, no redirects, no endless answers", async () => {
  const pair = await webcrypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const raw = Buffer.from(await webcrypto.subtle.exportKey("raw", pair.publicKey)).toString("base64");
  const sha256 = createHash("sha256").update(MODULE).digest("hex");
  const manifest = {
    name: NAME,
    version: "1.0.0",
    assets: [{ path: "python.wasm", sha256, size: MODULE.length }],
    commands: [{ name: "python", modulePath: "python.wasm" }],
  };
  const signature = Buffer.from(await webcrypto.subtle.sign("Ed25519", pair.privateKey, signedBytes(manifest)));
  const signed = { ...manifest, signature: { keyId: "k", alg: "ed25519", sigBase64: signature.toString("base64") } };
  let mode = "good";
  const server = createServer((request, response) => {
    assert.equal(request.headers.cookie, undefined);
    if (mode === "moved") return response.writeHead(302, { location: "/other" }).end();
    if (mode === "gone") return response.writeHead(404).end();
    if (request.url?.endsWith("manifest.json")) return response.end(JSON.stringify(signed));
    if (mode === "cut off") return response.end(MODULE.subarray(1));
    response.write(MODULE);
    if (mode !== "endless") return response.end();
    const more = setInterval(() => response.write("x"), 1);
    return response.on("close", () => clearInterval(more));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const registry = { baseUrl: `http://127.0.0.1:${/** @type {any} */ (server.address()).port}` };
  const install = () => installBundle(NAME, "1.0.0", { registry, publicKeys: { k: raw } });
  try {
    assert.deepEqual(Buffer.from((await install()).assets["python.wasm"]), MODULE);
    for (const [next, error] of [
      ["endless", /more than 64008 bytes/],
      ["cut off", /has 64007 bytes, the manifest says 64008/],
      ["gone", /HTTP 404/],
      ["moved", /cannot be fetched/],
    ]) {
      mode = String(next);
      await assert.rejects(install(), /** @type {RegExp} */ (error));
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
