"""Never ends."""


def render(context):
    while True:
        pass
