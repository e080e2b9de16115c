"""Raises what it is asked for, as deep as it is asked for."""


class Odd(Exception):
    def __str__(self):
        return "odd\nin two lines"


class Unreadable(Exception):
    def __str__(self):
        raise ValueError("no text")


def fall(kind, depth):
    if depth > 0:
        fall(kind, depth - 1)
    if kind == "key":
        return {}["missing"]
    if kind == "index":
        return [][1]
    if kind == "name":
        return undefined_name
    if kind == "attribute":
        return None.nothing
    if kind == "zero":
        return 1 / 0
    if kind == "type":
        return "1" + 1
    if kind == "assert":
        assert kind == "other", "asserted"
    if kind == "import":
        import no_such_module
    if kind == "recursion":
        return fall(kind, 1)
    if kind == "cause":
        try:
            return {}["inner"]
        except KeyError as error:
            raise ValueError("outer") from error
    if kind == "decode":
        return b"\xff".decode("utf-8")
    if kind == "lone":
        raise ValueError("lone \ud800 surrogate")
    if kind == "long":
        raise ValueError("x" * 10_000)
    if kind == "exit":
        raise SystemExit(3)
    if kind == "interrupt":
        raise KeyboardInterrupt
    if kind == "stop":
        raise StopIteration("stopped")
    if kind == "group":
        raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])
    if kind == "odd":
        raise Odd
    if kind == "unreadable":
        raise Unreadable
    raise RuntimeError(kind)


def render(context):
    params = context["params"]
    print("before", params.get("kind"))
    depth = params.get("depth", 0)
    fall(params.get("kind"), depth if isinstance(depth, int) and depth < 200 else 0)
    return {"text": "not reached"}
