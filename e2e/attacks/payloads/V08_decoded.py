# Code that arrives disguised.
# holds: no more capability than Python
# browser: capability
# wasi: capability
import codecs
import marshal
import types


def render(context):
    exec(codecs.decode("vzcbeg wf", "rot13"), {})
    code = marshal.loads(marshal.dumps(compile("import js", "x", "exec")))
    types.FunctionType(code, {})()
    return {"text": "breach: imported"}
