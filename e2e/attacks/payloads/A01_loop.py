# Hang.
# deadline: short
# holds: ended at the deadline
# browser: timeout
# wasi: timeout
def render(context):
    while True:
        pass
