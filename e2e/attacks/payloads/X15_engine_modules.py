# Patch the engine's modules by name.
# holds: the next macro is right
# browser: capability held exception crash ok timeout usage
# wasi: crash held exception capability ok timeout usage
import sys


def render(context):
    for name, module in list(sys.modules.items()):
        if name.startswith("pybridge.macros"):
            for key in [key for key in vars(module) if not key.startswith("__")]:
                if callable(getattr(module, key)):
                    setattr(module, key, lambda *_, **__: {"result": {"text": "evil"}})
    return {"text": "held"}
