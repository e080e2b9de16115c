# Keep every traceback, and all its frames.
# holds: refused at the limit, or ended at the deadline
# browser: exception memory crash timeout capability
# wasi: exception memory crash timeout
def failing(depth):
    local = bytes(100_000)
    if depth:
        failing(depth - 1)
    raise ValueError(local)


def render(context):
    kept = []
    while True:
        try:
            failing(20)
        except ValueError as error:
            kept.append(error)
