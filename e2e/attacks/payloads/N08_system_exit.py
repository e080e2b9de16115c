# Raise what usually ends a program.
# holds: an error of this macro only
# browser: exception
# wasi: exception
def render(context):
    raise SystemExit(0)
