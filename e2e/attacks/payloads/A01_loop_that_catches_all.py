# Hang and catch whatever comes.
# deadline: short
# holds: ended at the deadline
# browser: timeout
# wasi: timeout
def render(context):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
        finally:
            continue
