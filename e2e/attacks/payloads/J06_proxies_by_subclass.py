# Reach the type of JavaScript objects through the subclasses of `object`.
# holds: none can be made from it
# browser: held
# wasi: held
def walk(kind, seen):
    for child in type.__subclasses__(kind):
        if child not in seen:
            seen.add(child)
            walk(child, seen)
    return seen


def render(context):
    for kind in walk(object, set()):
        if kind.__name__ not in (
            "JsProxy",
            "JsArray",
            "JsCallable",
            "JsDoubleProxy",
            "JsException",
        ):
            continue
        try:
            made = kind.__new__(kind)
            return {"text": "breach: " + repr(made.constructor.constructor("return 1")())}
        except Exception:
            continue
    return {"text": "held"}
