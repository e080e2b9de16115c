/** What `load` takes, and what it refuses before anything is loaded. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { requireScripts } from "../../web_worker/host/wire/arguments.js";

const script = (/** @type {object} */ more) => ({ path: "scripts/odd.py", content: "", ...more });

suite("trust domains of scripts that are loaded", () => {
  for (const [name, more] of [
    ["none", {}],
    ["undefined", { domain: undefined }],
    ["the common one", { domain: "" }],
    ["another", { domain: "vendor" }],
  ])
    test(`taken: ${name}`, () => assert.doesNotThrow(() => requireScripts([script(more)])));

  for (const domain of [null, 1, {}])
    test(`refused: ${JSON.stringify(domain)}`, () => {
      const refused = { code: "usage", message: /the trust domain of scripts\/odd\.py is .*, which is not a string/ };
      assert.throws(() => requireScripts([script({}), script({ domain })]), refused);
    });
});

suite("packages of scripts that are loaded", () => {
  for (const packages of [undefined, [], ["openpyxl", "et_xmlfile"]])
    test(`taken: ${JSON.stringify(packages)}`, () => assert.doesNotThrow(() => requireScripts([script({ packages })])));

  for (const packages of [null, "openpyxl", [1], {}])
    test(`refused: ${JSON.stringify(packages)}`, () => {
      const refused = { code: "usage", message: /the packages of scripts\/odd\.py are not a list of names/ };
      assert.throws(() => requireScripts([script({}), script({ packages })]), refused);
    });
});
