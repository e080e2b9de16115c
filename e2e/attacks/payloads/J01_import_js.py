# Fetch through an imported `js`.
# holds: the import is denied by name, and no request leaves
# browser: capability
# wasi: capability
import js


def render(context):
    js.fetch(context["params"]["server"] + "/secret")
    return {"text": "breach: fetch was called"}
