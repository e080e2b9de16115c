# Look an attribute up through itself.
# holds: an error of this macro only
# browser: crash exception memory held timeout
# wasi: crash exception memory held timeout
class Loop:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def render(context):
    return Loop().x
