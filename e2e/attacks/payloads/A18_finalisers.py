# Objects that come back to life when they are let go.
# holds: the next macro is right
# browser: held
# wasi: held
import gc

graveyard = []


class Undead:
    def __init__(self):
        self.me = self

    def __del__(self):
        graveyard.append(self)


def render(context):
    for _ in range(10_000):
        Undead()
    gc.collect()
    return {"text": "held"}
