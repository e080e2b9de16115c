# Fetch through the C library.
# holds: no request
# browser: capability
# wasi: capability
import ctypes


def render(context):
    url = (context["params"]["server"] + "/secret").encode()
    library = ctypes.CDLL(None)
    library.emscripten_async_wget(url, b"/tmp/x", None, None)
    library.emscripten_wget(url, b"/tmp/x")
    return {"text": "breach: fetched"}
