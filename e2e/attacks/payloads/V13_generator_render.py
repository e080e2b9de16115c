# A generator as entry point.
# holds: a clean error
# browser: output-type
# wasi: output-type
def render(context):
    while True:
        yield {"text": "breach"}
