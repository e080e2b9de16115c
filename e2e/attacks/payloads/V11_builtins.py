# Built-in functions through the module and the dictionary.
# holds: no more capability than Python
# browser: capability
# wasi: capability
def render(context):
    space = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)
    module = space["__import__"]("js")
    return {"text": "breach: " + repr(module)}
