# Import by a decorator, before there is a call.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
def take(function):
    import js

    function.found = js
    return function


@take
def render(context):
    return {"text": f"breach: {render.found}"}
