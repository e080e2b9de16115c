# Leave work in an event loop.
# holds: an error, or nothing runs afterwards
# browser: held exception capability crash timeout memory
# wasi: held exception capability
import asyncio


def evil():
    import json

    json.dumps = None


def render(context):
    loop = asyncio.new_event_loop()
    loop.call_soon(evil)
    loop.call_later(0.01, evil)
    asyncio.get_event_loop().call_later(0.01, evil)
    return {"text": "held"}
