# An object as entry point, which rebinds the name.
# holds: the result is a plain one
# browser: held
# wasi: held
class Callable:
    def __call__(self, context):
        global render
        render = None
        return {"text": "held"}


render = Callable()
