# Code inside a format inside a format.
# holds: no more capability than Python
# browser: capability
# wasi: capability
def render(context):
    inner = f"{f'{__import__("importlib").import_module("js")}'}"
    return {"text": "breach: " + inner}
