# Import by a descriptor, a property and an index.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
class Way:
    def __get__(self, *_):
        return __import__("js")

    __getitem__ = __class_getitem__ = __call__ = __get__


class Holder:
    way = Way()


def render(context):
    return {"text": f"breach: {Holder().way}"}
