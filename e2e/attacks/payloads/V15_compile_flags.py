# Compile in unusual ways.
# holds: an error or a crash, recovered
# browser: capability
# wasi: capability
import ast


def render(context):
    for flags in (ast.PyCF_ONLY_AST, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, 0x4000, 0x2000):
        try:
            compile("await x\nimport js", "x", "exec", flags)
        except (SyntaxError, ValueError):
            continue
    exec(compile("import js", "pybridge/macros/wire.py", "exec"), {})
    return {"text": "breach: imported"}
