# Make a trusted-types policy of the allowed name.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.trustedTypes.createPolicy('pb', {'createScript': print})
    return {"text": "breach: it was reached"}
