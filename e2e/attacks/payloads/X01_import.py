# Replace the function behind the import statement.
# holds: the next macro sees the real one
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
