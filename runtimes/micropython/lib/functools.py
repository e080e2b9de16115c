"""Functions that take or return functions."""

_NOTHING = object()


def reduce(function, items, initial=_NOTHING):
    items = iter(items)
    if initial is _NOTHING:
        try:
            initial = next(items)
        except StopIteration:
            raise TypeError("reduce() of empty iterable with no initial value")
    for item in items:
        initial = function(initial, item)
    return initial


def partial(function, *args, **named):
    return lambda *more, **others: function(*args, *more, **dict(named, **others))


def wraps(wrapped, *_):
    return lambda function: function


def update_wrapper(function, wrapped, *_):
    return function


def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return lru_cache()(maxsize)

    def decorate(function):
        kept = {}

        def cached(*args, **named):
            key = (args, tuple(sorted(named.items()))) if named else args
            if key not in kept:
                if maxsize is not None and len(kept) >= maxsize:
                    kept.clear()
                kept[key] = function(*args, **named)
            return kept[key]

        return cached

    return decorate


def cache(function):
    return lru_cache(None)(function)


def cmp_to_key(compare):
    class Key:
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            return compare(self.value, other.value) < 0

        def __eq__(self, other):
            return compare(self.value, other.value) == 0

    return Key
