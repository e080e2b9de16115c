# Run code when objects of others are freed.
# holds: the next macro is right
# browser: held exception capability crash ok timeout memory output-limit usage
# wasi: held exception capability crash ok timeout memory output-limit usage
import gc
import weakref


class Mark:
    pass


def evil(*_):
    import html

    html.escape = None


def render(context):
    weakref.finalize(Mark(), evil)
    gc.callbacks.append(evil)
    gc.collect()
    return {"text": "held"}
