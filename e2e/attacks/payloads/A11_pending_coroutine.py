# Leave a coroutine that is freed while others run.
# holds: the next macro is right
# browser: held exception capability crash ok timeout memory output-limit
# wasi: held exception capability crash ok timeout memory output-limit
kept = []


async def work():
    try:
        await Never()
    finally:
        import json

        json.loads = None


class Never:
    def __await__(self):
        yield


def render(context):
    pending = work()
    pending.send(None)
    kept.append(pending)
    kept.append(kept)
    return {"text": "held"}
