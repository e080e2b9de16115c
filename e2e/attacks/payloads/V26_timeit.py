# Run code by modules that take it as text.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
def render(context):
    space = {}
    import timeit

    timeit.timeit("globals()['found'] = __import__('js')", number=1, globals=space)
    return {"text": f"breach: {space['found']}"}
