# Fill a dictionary with keys of one hash.
# deadline: short
# holds: ended at the deadline
# browser: timeout crash memory exception capability
# wasi: timeout
class Key:
    def __hash__(self):
        return 1


def render(context):
    return {"text": str(len({Key(): number for number in range(1_000_000)}))}
