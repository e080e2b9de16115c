# Replace the function behind the import statement.
# holds: the next macro sees the real one
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import builtins


def render(context):
    real = builtins.__import__

    def evil(name, *rest):
        module = real(name, *rest)
        if name == "html":
            module.escape = lambda text: "evil"
        return module

    builtins.__import__ = evil
    return {"text": "held"}
