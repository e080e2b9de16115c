# Replace values in the table of HTML's entities.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import html.entities


def render(context):
    html.entities.codepoint2name[60] = "evil"
    html.entities.name2codepoint["lt"] = 0
    return {"text": "held"}
