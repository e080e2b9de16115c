/** One way to make an Ajv, for the generated validators and for the tests that compare with them. */
import AjvModule from "ajv";

/**
 * @param {object[]} schemas each with an `$id` and no `$schema`: of 2020-12 they use what every draft has
 * @param {import("ajv").Options} [more]
 * @returns {import("ajv").default}
 */
export function createAjv(schemas, more) {
  const Ajv = /** @type {any} */ (AjvModule).default ?? AjvModule;
  return new Ajv({
    schemas,
    discriminator: true,
    allowUnionTypes: true,
    inlineRefs: false,
    messages: false,
    code: { source: true, esm: true },
    ...more,
  });
}

/**
 * The JSON pointers that Ajv's errors are about, in our convention: that of a missing member is its
 * object's, that of an unexpected one its own.
 * @param {import("ajv").ErrorObject[] | null | undefined} errors
 * @returns {string[]}
 */
export function pointersOf(errors) {
  return (errors ?? []).map(({ instancePath, keyword, params }) => {
    const member = { additionalProperties: params.additionalProperty, discriminator: params.tag }[keyword];
    const isMissing = keyword === "discriminator" && params.tagValue === undefined;
    return member === undefined || isMissing ? instancePath : `${instancePath}/${escapeStep(member)}`;
  });
}

/** @param {string} member */
function escapeStep(member) {
  return member.replaceAll("~", "~0").replaceAll("/", "~1");
}
