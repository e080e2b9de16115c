# Declare params that refer to themselves, and a huge list.
# holds: refused, or harmless
# browser: held
# wasi: held
PARAMS = {"properties": {"a": {"$ref": "#/properties/a"}, "b": {"enum": ["x0", "x1", "x2", "x3"]}}}


def render(context):
    return {"text": "held"}
