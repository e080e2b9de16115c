# Climb to a module by a format string over a mapping.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
def render(context):
    text = "{x.__globals__[__builtins__]}".format_map({"x": render})
    space = "{x.__class__.__base__.__subclasses__}".format(x=())
    import js

    return {"text": f"breach: {len(text) + len(space)}"}
