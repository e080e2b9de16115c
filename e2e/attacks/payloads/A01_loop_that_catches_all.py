# Hang and catch whatever comes.
# deadline: short
# holds: ended at the deadline
def render(context):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
        finally:
            continue
