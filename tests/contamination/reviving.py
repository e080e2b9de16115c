# expects: nothing
kept = []


class Undead(object):
    def __del__(self):
        kept.append(self)
        print("evil")


def render(context):
    made = Undead()
    made.itself = made
    del made
    return {"text": "payload"}
