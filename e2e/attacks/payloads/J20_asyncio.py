# Connect with asyncio.
# holds: no connection
# browser: capability
# wasi: exception
import asyncio


async def render(context):
    host, port = context["params"]["server"].removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /secret HTTP/1.0\r\n\r\n")
    return {"text": "breach: connected"}
