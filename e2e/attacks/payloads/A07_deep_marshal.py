# Read a hundred thousand nested tuples by marshal.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import marshal


def render(context):
    marshal.loads(b"(\x01\x00\x00\x00" * 100_000 + b"N")
    return {"text": "held"}
