# Sleep in a coroutine.
# deadline: short
# holds: an error or the deadline
import asyncio


async def render(context):
    await asyncio.sleep(600)
    return {"text": "breach: slept"}
