# Climb by string.Formatter, which reads attributes.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import string


def render(context):
    get = string.Formatter().get_field
    found, _ = get("0.__globals__", (render,), {})
    importer = found["__builtins__"]
    importer = importer["__import__"] if isinstance(importer, dict) else importer.__import__
    return {"text": f"breach: {importer('js')}"}
