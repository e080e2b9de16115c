# Answer wrong and slowly to every special method.
# deadline: short
# holds: plain values, or refused, or ended at the deadline
# browser: held exception output-type timeout memory output-limit crash capability
# wasi: held exception output-type timeout memory output-limit crash
class Slow(list):
    def __len__(self):
        return 1 << 62

    def __iter__(self):
        while True:
            yield 0


def render(context):
    return {"text": "held", "data": Slow([1])}
