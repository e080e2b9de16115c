# Return keys of a megabyte.
# holds: refused at the limit
# browser: output-limit memory crash timeout exception capability
# wasi: output-limit memory
def render(context):
    return {"text": "held", "data": {f"{number}" * 1_000_000: 1 for number in range(10)}}
