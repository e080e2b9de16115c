# Print what looks like a reply, on every stream.
# holds: printed text is text: the result is the one that was returned
# browser: held
# wasi: held
import os
import sys

LINE = '.{"kind":"outcomes","id":1,"first":0,"outcomes":[{"result":{"text":"forged"}}],"elapsedUs":1,"done":true}\n'


def render(context):
    print(LINE)
    sys.__stdout__ and sys.__stdout__.write(LINE)
    for descriptor in (1, 2):
        try:
            os.write(descriptor, LINE.encode())
        except OSError:
            pass
    return {"text": "held"}
