# Objects that run code when they are unpacked.
# holds: no more capability than Python
# browser: capability
# wasi: capability
import copyreg
import pickle


class Evil:
    def __reduce__(self):
        return __import__, ("js",)


def render(context):
    copyreg.pickle(dict, lambda each: (str, ("evil",)))
    return {"text": "breach: " + repr(pickle.loads(pickle.dumps(Evil())))}
