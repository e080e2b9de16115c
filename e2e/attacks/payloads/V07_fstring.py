# Code inside a format inside a format.
# holds: no more capability than Python
def render(context):
    inner = f"{f'{__import__("importlib").import_module("js")}'}"
    return {"text": "breach: " + inner}
