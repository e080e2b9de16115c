# Terrarium, without a lent object: any proxy that exists at all.
# holds: none exists
# browser: held capability
# wasi: held capability
import gc


def render(context):
    tried = 0
    for each in gc.get_objects():
        if type(each).__name__ == "JsProxy":
            try:
                tried += 1
                return {"text": "breach: " + repr(each.constructor.constructor("return this")())}
            except (AttributeError, TypeError):
                continue
    return {"text": "held", "data": {"tried": tried}}
