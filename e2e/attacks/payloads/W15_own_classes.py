# Return numbers, texts and lists of classes of its own.
# holds: plain values, or refused
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
class Number(int):
    def __repr__(self):
        return '1, "evil": 2'

    __str__ = __repr__


class Real(float):
    def __repr__(self):
        return "Infinity"


def render(context):
    return {"text": "held", "data": [Number(1), Real(1.5)]}
