# Raise what usually interrupts one.
# holds: an error of this macro only
# browser: exception
# wasi: exception
def render(context):
    raise KeyboardInterrupt
