# The same with mappings and keys.
# holds: refused at the limit
# browser: output-limit memory timeout exception output-type crash capability
# wasi: output-limit memory timeout exception output-type
def render(context):
    data = {"k" * 100: "x"}
    for _ in range(30):
        data = {"a": data, "b": data}
    return {"text": "held", "data": data}
