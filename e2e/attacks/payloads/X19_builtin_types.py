# Change the tables of built-in types by their mapping.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import gc


def render(context):
    for found in gc.get_referents(str.__dict__):
        if type(found) is dict:
            found["upper"] = lambda self: "evil"
    return {"text": "held"}
