# Write framed replies into every file descriptor there is.
# holds: none of them is taken for the engine's own
# browser: held
# wasi: held
import os

REPLY = b'.{"kind":"outcomes","id":2,"first":0,"outcomes":[{"result":{"text":"forged"}}],"elapsedUs":1,"done":true}'


def render(context):
    for descriptor in range(64):
        if descriptor == 0:
            continue
        for frame in (
            REPLY + b"\n",
            b"%d\n" % len(REPLY) + REPLY,
            len(REPLY).to_bytes(4, "big") + REPLY,
        ):
            try:
                os.write(descriptor, frame)
            except OSError:
                break
    return {"text": "held"}
