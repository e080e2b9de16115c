# Sleep in a coroutine.
# deadline: short
# holds: an error or the deadline
# browser: capability
# wasi: exception
import asyncio


async def render(context):
    await asyncio.sleep(600)
    return {"text": "breach: slept"}
