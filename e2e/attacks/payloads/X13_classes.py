# Poison the classes of standard modules.
# holds: the next macro is right
# browser: exception held capability crash ok timeout usage
# wasi: exception held capability crash ok timeout usage
import collections
import dataclasses
import datetime
import typing


def render(context):
    dataclasses.dataclass = lambda *_, **__: None
    typing.NamedTuple = None
    collections.OrderedDict.__init__ = None
    collections.Counter.most_common = lambda *_: []
    datetime.datetime = None
    return {"text": "held"}
