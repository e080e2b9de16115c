"""Iterators made of iterators."""


def count(start=0, step=1):
    while True:
        yield start
        start += step


def cycle(items):
    kept = list(items)
    while kept:
        yield from kept


def repeat(item, times=None):
    while times is None or times > 0:
        yield item
        if times is not None:
            times -= 1


def accumulate(items, function=lambda a, b: a + b, initial=None):
    items = iter(items)
    total = initial
    if initial is None:
        try:
            total = next(items)
        except StopIteration:
            return
    yield total
    for item in items:
        total = function(total, item)
        yield total


class chain:
    def __init__(self, *sources):
        self._all = self._joined(sources)

    @staticmethod
    def _joined(sources):
        for source in sources:
            yield from source

    def __iter__(self):
        return self._all

    def __next__(self):
        return next(self._all)

    @staticmethod
    def from_iterable(sources):
        return chain._joined(sources)


def compress(items, selectors):
    return (item for item, is_kept in zip(items, selectors) if is_kept)


def dropwhile(test, items):
    items = iter(items)
    for item in items:
        if not test(item):
            yield item
            break
    yield from items


def takewhile(test, items):
    for item in items:
        if not test(item):
            return
        yield item


def filterfalse(test, items):
    return (item for item in items if not (test(item) if test else item))


def starmap(function, items):
    return (function(*item) for item in items)


def islice(items, *bounds):
    start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (bounds + (1,))[:3]
    start, step = start or 0, step or 1
    for number, item in enumerate(items):
        if stop is not None and number >= stop:
            return
        if number >= start and (number - start) % step == 0:
            yield item
            if stop is not None and number + 1 >= stop:
                return


def pairwise(items):
    items = iter(items)
    try:
        before = next(items)
    except StopIteration:
        return
    for item in items:
        yield before, item
        before = item


def zip_longest(*sources, fillvalue=None):
    iterators = [iter(source) for source in sources]
    left = len(iterators)
    while left:
        row = []
        for number, iterator in enumerate(iterators):
            try:
                row.append(next(iterator))
            except StopIteration:
                left -= 1
                if not left:
                    return
                iterators[number] = repeat(fillvalue)
                row.append(fillvalue)
        yield tuple(row)


def tee(items, n=2):
    items = iter(items)
    queues = [[] for _ in range(n)]

    def one(queue):
        while True:
            if not queue:
                try:
                    item = next(items)
                except StopIteration:
                    return
                for each in queues:
                    each.append(item)
            yield queue.pop(0)

    return tuple(one(queue) for queue in queues)


def groupby(items, key=lambda item: item):
    group = []
    current = None
    for item in items:
        value = key(item)
        if group and value != current:
            yield current, iter(group)
            group = []
        current = value
        group.append(item)
    if group:
        yield current, iter(group)


def product(*sources, repeat=1):
    pools = [list(source) for source in sources] * repeat
    rows = [()]
    for pool in pools:
        rows = [row + (item,) for row in rows for item in pool]
    return iter(rows)


def _places(n, r, can_repeat, must_rise):
    """Yield the tuples of r places below n, in order."""

    def more(row):
        if len(row) == r:
            yield row
            return
        first = row[-1] + (not can_repeat) if must_rise and row else 0
        for place in range(first, n):
            if must_rise or place not in row:
                yield from more(row + (place,))

    yield from more(())


def _chosen(items, r, can_repeat, must_rise):
    pool = list(items)
    for row in _places(len(pool), r, can_repeat, must_rise):
        yield tuple(pool[place] for place in row)


def permutations(items, r=None):
    pool = list(items)
    return _chosen(pool, len(pool) if r is None else r, False, False)


def combinations(items, r):
    return _chosen(items, r, False, True)


def combinations_with_replacement(items, r):
    return _chosen(items, r, True, True)
