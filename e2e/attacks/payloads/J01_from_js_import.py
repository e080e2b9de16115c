# Take single names from `js`.
# holds: the import is denied by name, and no request leaves
# browser: capability
# wasi: capability
def render(context):
    from js import fetch

    fetch(context["params"]["server"] + "/secret")
    return {"text": "breach: fetch was called"}
