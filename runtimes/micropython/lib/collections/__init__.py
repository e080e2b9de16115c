"""Container types."""

from ucollections import OrderedDict, deque, namedtuple


class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **named):
        self.default_factory = default_factory
        super().__init__(*args, **named)

    def __getitem__(self, key):
        if key not in self:
            if self.default_factory is None:
                raise KeyError(key)
            self[key] = self.default_factory()
        return super().__getitem__(key)

    def __repr__(self):
        return "defaultdict({!r}, {})".format(self.default_factory, super().__repr__())

    __str__ = __repr__  # otherwise the dictionary's own comes first


class Counter(dict):
    def __init__(self, items=(), **named):
        super().__init__()
        self.update(items, **named)

    def __getitem__(self, key):
        return self.get(key, 0)

    def _add(self, items, named, sign):
        if hasattr(items, "items"):
            for key, count in items.items():
                self[key] = self[key] + sign * count
        else:
            for key in items:
                self[key] = self[key] + sign
        for key, count in named.items():
            self[key] = self[key] + sign * count

    def update(self, items=(), **named):
        self._add(items, named, 1)

    def subtract(self, items=(), **named):
        self._add(items, named, -1)

    def elements(self):
        for key, count in self.items():
            for _ in range(count):
                yield key

    def total(self):
        return sum(self.values())

    def most_common(self, n=None):
        pairs = sorted(self.items(), key=lambda pair: pair[1], reverse=True)
        return pairs if n is None else pairs[:n]

    def __add__(self, other):
        total = Counter(self)
        total.update(other)
        return Counter({key: count for key, count in total.items() if count > 0})

    def __sub__(self, other):
        rest = Counter(self)
        rest.subtract(other)
        return Counter({key: count for key, count in rest.items() if count > 0})

    def __repr__(self):
        pairs = ["{!r}: {!r}".format(key, count) for key, count in self.most_common()]
        return "Counter({" + ", ".join(pairs) + "})" if pairs else "Counter()"

    __str__ = __repr__
