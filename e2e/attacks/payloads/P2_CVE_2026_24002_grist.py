# Grist: climb through the classes to a module, then to the C library and its `emscripten_run_script`.
# holds: nothing is reached
# browser: capability
# wasi: capability
def render(context):
    kinds = ().__class__.__base__.__subclasses__()
    loader = next(each for each in kinds if each.__name__ == "BuiltinImporter")
    found = loader.load_module("sys") if hasattr(loader, "load_module") else __import__("sys")
    ctypes = found.modules.get("ctypes") or __import__("ctypes")
    library = ctypes.CDLL(None)
    run = library.emscripten_run_script_string
    run.restype = ctypes.c_char_p
    return {"text": "breach: " + repr(run(b"require('child_process').execSync('id').toString()"))}
