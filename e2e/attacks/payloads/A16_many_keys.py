# Return a million keys.
# holds: refused at the limit
# browser: output-limit memory timeout crash exception capability
# wasi: output-limit memory timeout
def render(context):
    return {"text": "held", "data": {f"key{number}": number for number in range(1_000_000)}}
