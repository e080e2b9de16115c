"""Is a coroutine; waits for what is there at once, or for what never comes."""


class Never:
    def __await__(self):
        yield


async def ready(value):
    return value


async def render(context):
    kind = context["params"].get("kind")
    if kind == "never":
        await Never()
    return {"text": f"awaited {await ready(kind)}"}
