# expects: put back
import gc


def render(context):
    gc.disable()
    gc.freeze()
    gc.callbacks.append(lambda *args: None)
    return {"text": "payload"}
