# Return an object that hangs when it is read.
# deadline: short
# holds: ended at the deadline, or refused
# browser: timeout
# wasi: timeout
class Endless(dict):
    def __iter__(self):
        while True:
            pass

    items = keys = values = __len__ = get = __contains__ = __iter__


def render(context):
    return Endless()
