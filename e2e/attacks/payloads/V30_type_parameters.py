# Import by the lazily evaluated bounds of a type alias.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
def render(context):
    space = {}
    exec("type A[T: __import__('js')] = T", space)
    return {"text": f"breach: {space['A'].__type_params__[0].__bound__}"}
