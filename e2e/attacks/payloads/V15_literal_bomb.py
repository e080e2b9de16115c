# A literal that is small to write and large to read.
# holds: an error or a crash, recovered
# browser: crash memory exception held
# wasi: memory crash exception held
import ast


def render(context):
    ast.literal_eval("(" * 199 + ")" * 199)
    ast.literal_eval("-" * 500_000 + "1")
    return {"text": "held"}
