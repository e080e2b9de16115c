# Hang.
# deadline: short
# holds: ended at the deadline
def render(context):
    while True:
        pass
