# Look for JavaScript objects in everything the collector knows.
# holds: there are none
# browser: held capability
# wasi: held capability
import gc


def render(context):
    for found in gc.get_objects():
        for each in (found, *gc.get_referents(found)):
            if type(each).__name__ == "JsProxy":
                return {"text": "breach: " + repr(each)}
    return {"text": "held"}
