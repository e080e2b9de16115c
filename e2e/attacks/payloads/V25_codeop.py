# Run code by the modules that make consoles.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
def render(context):
    import code

    console = code.InteractiveInterpreter()
    console.runsource("import js")
    return {"text": "breach" if "js" in console.locals else "held"}
