# Return a text that is six times as long once it is written as JSON.
# holds: refused at the limit
# browser: output-limit held timeout memory crash exception capability
# wasi: output-limit held timeout memory
def render(context):
    return {"text": "held", "data": "\x00" * 2_000_000 + "\u2028" * 500_000}
