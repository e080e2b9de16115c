# expects: capability
import gc


def render(context):
    return {"text": str(len(gc.get_objects()))}
