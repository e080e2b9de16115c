# Run code that was compressed and encoded twice.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import base64
import codecs


def render(context):
    packed = base64.b85encode(codecs.encode("vzcbeg wf", "rot13").encode())
    space = {}
    exec(base64.b85decode(packed).decode(), space)
    return {"text": f"breach: {space['js']}"}
