# Attributes by operator.
# holds: no more capability than Python
# browser: held
# wasi: held
import operator


def render(context):
    reach = operator.attrgetter("__class__.__base__.__subclasses__")(context)()
    importer = [each for each in reach if each.__name__ == "BuiltinImporter"]
    module = (
        importer[0].load_module("posix")
        if importer and hasattr(importer[0], "load_module")
        else None
    )
    started = module is not None and hasattr(module, "system") and module.system("id") == 0
    return {"text": "breach: a process" if started else "held"}
