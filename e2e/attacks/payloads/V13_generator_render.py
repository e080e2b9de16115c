# A generator as entry point.
# holds: a clean error
def render(context):
    while True:
        yield {"text": "breach"}
