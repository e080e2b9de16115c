# Terrarium: from any object lent to Python up its prototype chain to the host's Function.
# holds: nothing is lent, nothing is reached
# browser: capability
# wasi: capability
def render(context):
    import js

    make = js.document.constructor.constructor
    return {
        "text": "breach: "
        + repr(make("return process.mainModule.require('child_process').execSync('id')")())
    }
