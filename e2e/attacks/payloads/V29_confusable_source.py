# Hide an import behind a form feed, a tab and a continuation.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
def render(context):
    space = {}
    exec("\x0cif 1:\n\timport \\\n\tjs", space)
    return {"text": f"breach: {space['js']}"}
