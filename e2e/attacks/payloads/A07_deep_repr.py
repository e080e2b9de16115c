# The text of a deep nesting.
# holds: a crash or an error, recovered
# browser: crash exception memory held timeout
# wasi: exception timeout crash memory held
def render(context):
    deep = []
    for _ in range(1_000_000):
        deep = [deep]
    return {"text": str(len(repr(deep)))}
