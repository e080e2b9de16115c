# Raise what usually ends a program.
# holds: an error of this macro only
def render(context):
    raise SystemExit(0)
