# Look an attribute up through itself.
# holds: an error of this macro only
class Loop:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def render(context):
    return Loop().x
