# A coroutine as entry point, awaiting what is not there.
# holds: a clean error
# browser: capability
# wasi: capability
class Forever:
    def __await__(self):
        while True:
            yield


async def render(context):
    await Forever()
