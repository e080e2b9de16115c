# Ask for a page with `open_url`.
# holds: no request
# browser: capability
# wasi: capability
def render(context):
    from pyodide.http import open_url

    return {"text": "breach: " + open_url(context["params"]["server"] + "/secret").read()}
