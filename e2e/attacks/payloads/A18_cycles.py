# A million objects in cycles, with the collector off.
# holds: the next macro is right
# browser: held
# wasi: held
import gc


def render(context):
    gc.disable()
    gc.freeze()
    for _ in range(200_000):
        one, two = [], []
        one.append(two)
        two.append(one)
    return {"text": "held"}
