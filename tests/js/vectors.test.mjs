/** Holds the generated validators to the vectors that Python is held to. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as generated from "../../web_worker/generated/validators.js";
import { createAjv, pointersOf } from "../../web_worker/tools/ajv.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const vectors = path.join(root, "tests", "vectors");
const schemas = path.join(root, "schemas");

const concepts = readdirSync(vectors, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

for (const concept of concepts) {
  suite(concept, () => {
    const validate = validatorOf(concept);
    for (const [name, instance] of cases(concept, "valid")) {
      test(`accepts ${name}`, () => {
        assert.equal(validate(instance), true, JSON.stringify(validate.errors));
      });
    }
    for (const [name, { instance, pointer }] of cases(concept, "invalid")) {
      test(`refuses ${name}`, () => {
        assert.equal(validate(instance), false);
        assert.ok(pointersOf(validate.errors).includes(pointer), JSON.stringify(validate.errors));
      });
    }
  });
}

test("a validator runs where no code can be made from text", () => {
  const program = `
    import { validateCall } from "./web_worker/generated/validators.js";
    process.exit(validateCall({ abi: 1, macro: { name: "a" }, params: {}, env: {} }) ? 0 : 1);`;
  execFileSync(process.execPath, ["--disallow-code-generation-from-strings", "--input-type=module", "-e", program], {
    cwd: root,
  });
});

/**
 * The shipped validator; for what only Python reads and writes, which has none, one compiled now.
 * @param {string} concept
 */
function validatorOf(concept) {
  const { title } = schemaOf(concept);
  const shipped = /** @type {any} */ (generated)[`validate${title}`];
  if (shipped !== undefined) return shipped;
  assert.match(concept, /^(bundle|cli-|lock$|registry-|run-|rpc$)/, `${concept} has no shipped validator`);
  return compileNow(concept);
}

/** @param {string} concept */
function compileNow(concept) {
  const all = readdirSync(schemas).map((file) => ({ ...readJson(path.join(schemas, file)), $schema: undefined }));
  const ajv = createAjv(all, { strictSchema: false });
  const validate = ajv.getSchema(schemaOf(concept).$id);
  assert.ok(validate, `${concept} does not compile`);
  return validate;
}

/** @param {string} concept */
function schemaOf(concept) {
  return readJson(path.join(schemas, `${concept}.v1.schema.json`));
}

/**
 * @param {string} concept
 * @param {"valid" | "invalid"} kind
 * @returns {[string, any][]}
 */
function cases(concept, kind) {
  const folder = path.join(vectors, concept, kind);
  return readdirSync(folder).map((file) => [path.basename(file, ".json"), readJson(path.join(folder, file))]);
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
