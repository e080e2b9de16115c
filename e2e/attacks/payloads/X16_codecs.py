# Register codecs and error handlers for everybody.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import codecs


def render(context):
    codecs.register(lambda name: codecs.lookup("utf-16"))
    codecs.register_error("strict", lambda error: ("evil", error.end))
    return {"text": "held"}
