# Load damaged code by marshal, and run it.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok usage
# wasi: held exception capability memory crash timeout ok usage
import marshal
import random


def render(context):
    whole = bytearray(marshal.dumps(compile("x = [1, 2]; y = x[0]", "x", "exec")))
    choice = random.Random(5)
    for _ in range(300):
        spoilt = bytearray(whole)
        spoilt[choice.randrange(len(spoilt))] = choice.randrange(256)
        try:
            exec(marshal.loads(bytes(spoilt)), {})
        except BaseException:
            continue
    return {"text": "held"}
