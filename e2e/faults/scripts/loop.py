"""Never ends."""

LIMITS = {"itemS": 0.3}


def render(context):
    while True:
        pass
