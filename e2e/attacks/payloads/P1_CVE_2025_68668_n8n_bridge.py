# n8n, the other half: from the evaluator to JavaScript's `require`.
# holds: nothing is reached
# browser: capability
# wasi: capability
import sys


def render(context):
    for name in ("_pyodide", "pyodide", "js"):
        sys.modules.pop(name, None)
    from _pyodide._base import eval_code

    return {
        "text": "breach: "
        + repr(eval_code("import js; js.require('child_process').execSync('id')", {}))
    }
