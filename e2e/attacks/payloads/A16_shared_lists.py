# Return data whose lists share parts: small here, huge when it is copied.
# holds: refused at the limit
# browser: output-limit memory timeout exception output-type crash capability
# wasi: output-limit memory timeout exception output-type
def render(context):
    data = ["x" * 100]
    for _ in range(40):
        data = [data, data]
    return {"text": "held", "data": data}
