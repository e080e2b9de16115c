# Raise an error that hangs when its text is asked for.
# deadline: short
# holds: ended at the deadline
# browser: timeout
# wasi: timeout
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def render(context):
    raise Endless
