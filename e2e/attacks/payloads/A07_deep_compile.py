# A syntax tree that is deeper than the stack.
# holds: a crash or an error, recovered
# browser: crash exception memory held timeout
# wasi: exception memory crash held timeout
import ast


def render(context):
    node = ast.Constant(1)
    for _ in range(100_000):
        node = ast.UnaryOp(ast.USub(), node)
    compile(ast.fix_missing_locations(ast.Expression(node)), "x", "eval")
    return {"text": "held"}
