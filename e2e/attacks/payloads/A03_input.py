# Wait for somebody to type.
# holds: standard input is at its end
# browser: held
# wasi: held
def render(context):
    try:
        return {"text": "breach: " + input("?")}
    except EOFError:
        return {"text": "held"}
