# Print without a newline, and without an end.
# deadline: short
# holds: what is printed is cut off, the deadline ends it
def render(context):
    while True:
        print("x" * 65536, end="")
