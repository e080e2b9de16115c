# Raise what usually interrupts one.
# holds: an error of this macro only
def render(context):
    raise KeyboardInterrupt
