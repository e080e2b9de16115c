# Return five million newlines.
# holds: refused at the limit
# browser: output-limit crash timeout memory exception capability
# wasi: output-limit
def render(context):
    return {"text": "\n" * 5_000_000}
