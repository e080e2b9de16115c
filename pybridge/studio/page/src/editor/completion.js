/** Completion: fields of the ABI, from its schemas, and the script's own params. */
import { snippetCompletion } from "@codemirror/autocomplete";
import call from "#schemas/call.v1.schema.json";
import post from "#schemas/post.v1.schema.json";
import result from "#schemas/result.v1.schema.json";

/** @typedef {{label: string, detail?: string, info?: string}} Field */

/** Fields by the name of the object that has them. @type {Record<string, Field[]>} */
const FIELDS = {
  context: fieldsOf(call.properties),
  env: fieldsOf(call.$defs.env.properties),
  macro: fieldsOf(call.$defs.macro.properties),
  source: fieldsOf(call.$defs.source.properties),
  post: fieldsOf(post.properties),
  data: [
    { label: "media", info: "The project's media objects." },
    { label: "linkedMediaIds", info: "Ids of the media of this post; None without any." },
    { label: "tagUsage", info: "A list of {tag, count} over the published posts, most used first." },
  ],
};

const RESULT = fieldsOf(result.properties);

const TOP_LEVEL = [
  snippetCompletion('def render(context: dict) -> dict:\n    params = context["params"]\n    return {"html": #{}}', {
    label: "def render",
    detail: "a macro",
    type: "function",
  }),
  snippetCompletion('def transform(post):\n    post["title"] = #{}\n', {
    label: "def transform",
    detail: "a transform",
    type: "function",
  }),
  snippetCompletion('PARAMS = {\n    "required": ["#{name}"],\n    "properties": {"#{name}": {"type": "string"}},\n}', {
    label: "PARAMS",
    detail: "its params",
    type: "constant",
  }),
  snippetCompletion('ALIASES = ["#{}"]', { label: "ALIASES", detail: "other names", type: "constant" }),
  snippetCompletion('NEEDS = ["#{tagUsage}"]', { label: "NEEDS", detail: "keys of data", type: "constant" }),
  { label: "BODY = True", detail: "it takes a body", type: "constant" },
  snippetCompletion('LIMITS = {"itemS": #{1}}', { label: "LIMITS", detail: "its own limits", type: "constant" }),
];

/**
 * @param {Record<string, any>} properties
 * @returns {Field[]}
 */
function fieldsOf(properties) {
  return Object.entries(properties).map(([label, schema]) => ({
    label,
    detail: typeof schema.type === "string" ? schema.type : undefined,
    info: schema.description,
  }));
}

/**
 * @param {() => any} params the script's PARAMS, as in script.v1
 * @returns {import("@codemirror/autocomplete").CompletionSource}
 */
export function completeFields(params) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const key = before.match(/(\w+)(["'\]]*)(?:\[|\.get\()\s*(["'])(\w*)$/);
    if (key) return options(context.pos - key[4].length, fieldsIn(key[1], params()), "property");
    const returned = before.match(/\breturn\s*\{(?:.*,)?\s*(["'])(\w*)$/);
    if (returned) return options(context.pos - returned[2].length, RESULT, "property");
    const word = before.match(/^(?:def )?[A-Za-z]\w*$/);
    return word && (context.explicit || word[0].length > 1)
      ? { from: line.from, options: TOP_LEVEL, validFor: /^[\w ]*$/ }
      : null;
  };
}

/**
 * @param {string} name the variable or key whose fields are wanted
 * @param {any} params
 * @returns {Field[]}
 */
function fieldsIn(name, params) {
  if (name === "params") return fieldsOf(params?.properties ?? {});
  return FIELDS[name] ?? [];
}

/**
 * @param {number} from
 * @param {Field[]} fields
 * @param {string} type
 */
function options(from, fields, type) {
  return fields.length === 0 ? null : { from, options: fields.map((field) => ({ ...field, type })), validFor: /^\w*$/ };
}
