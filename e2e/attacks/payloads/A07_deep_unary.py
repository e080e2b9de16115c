# Parse a hundred thousand minus signs.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import ast


def render(context):
    ast.parse("-" * 100_000 + "1")
    return {"text": "held"}
