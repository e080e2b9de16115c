# Patch the other scripts, found through the collector.
# holds: the next macro is right
# browser: capability held exception crash ok timeout usage
# wasi: capability held exception crash ok timeout usage
import gc


def render(context):
    for each in gc.get_objects():
        if type(each) is dict and "GOLDEN_MARK" in each:
            each["render"] = lambda context: {"text": "evil"}
    return {"text": "held"}
