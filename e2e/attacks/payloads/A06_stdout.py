# Print without a newline, and without an end.
# deadline: short
# holds: what is printed is cut off, the deadline ends it
# browser: timeout crash
# wasi: timeout crash
def render(context):
    while True:
        print("x" * 65536, end="")
