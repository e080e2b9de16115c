# Code that runs when a class is made.
# holds: no more capability than Python
# browser: held
# wasi: held
reached = []


def attempt():
    try:
        reached.append(__import__("js"))
    except ImportError:
        pass


class Name:
    def __set_name__(self, owner, name):
        attempt()


class Meta(type):
    def __prepare__(name, bases):
        attempt()
        return {}

    def __call__(cls, *_):
        attempt()


class Base(metaclass=Meta):
    x = Name()

    def __init_subclass__(cls):
        attempt()

    def __class_getitem__(cls, key):
        attempt()


class Child(Base):
    y: Base[1]


def render(context):
    Child()
    return {"text": f"breach: {reached}" if reached else "held"}
