# Print newlines one by one, without an end.
# deadline: short
# holds: what is printed is cut off, the deadline ends it
# browser: timeout crash memory exception capability
# wasi: timeout
def render(context):
    while True:
        print()
