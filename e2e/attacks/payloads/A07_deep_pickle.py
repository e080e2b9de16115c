# Read nested lists by pickle.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import pickle


def render(context):
    pickle.loads(b"(" * 200_000 + b"l" * 200_000 + b".")
    return {"text": "held"}
