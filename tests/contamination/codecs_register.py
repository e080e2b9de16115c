# expects: capability
import codecs


def render(context):
    codecs.register_error("strict", lambda error: ("evil", error.end))
    codecs.register(lambda name: codecs.lookup("utf-16"))
    return {"text": "payload"}
