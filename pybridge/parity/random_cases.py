"""Seeded random cases: the same seed, the same cases."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from pybridge.parity import words
from pybridge.parity.cases import Case, CaseSet, JsonObject
from pybridge.project.scripts import Script

_SCRIPTS = Path(__file__).with_name("scripts")
_CALLS_IN_TEN = 3
_MALFORMED = 0.05


def random_set(count: int, seed: int, builtin: tuple[Script, ...]) -> CaseSet:
    """Return *count* cases over the built-in macros and those that exist for this only."""
    cases = [_case(number, Random(f"{seed}/{number}")) for number in range(count)]
    return CaseSet(f"random {seed}", (*builtin, *_scripts()), cases, {"env": {"isPreview": False}})


def _scripts() -> Iterator[Script]:
    for path in sorted(_SCRIPTS.glob("*.py")):
        yield Script(f"scripts/{path.name}", path.read_text("utf-8"))
    yield Script("scripts/parity_broken.py", "def render(context):\n    return {\n")


def _case(number: int, random: Random) -> Case:
    if number % 10 < _CALLS_IN_TEN:
        call = _call(random)
        if random.random() < _MALFORMED:
            return Case(f"call {number}", "malformed call", _spoilt(random, call))
        return Case(f"call {number}", "call", call)
    return Case(f"document {number}", "document", _document(random))


def _document(random: Random) -> JsonObject:
    document: JsonObject = {"text": _text(random), "path": f"posts/{random.randrange(100)}.md"}
    if random.random() < 0.1:
        document["format"] = random.choice(("text", "markdown"))
    if random.random() < 0.3:
        document["env"] = _env(random)
    if random.random() < 0.3:
        document["post"] = random.choice((None, _post(random)))
    if random.random() < 0.3:
        document["data"] = _data(random)
    return document


def _text(random: Random) -> str:
    front = random.choice(words.FRONT_MATTER) if random.random() < 0.1 else ""
    size = random.choice((1, 1, 2, 3, 5, 8, 13))
    text = front + "".join(_piece(random, 0) for _ in range(size))
    return text * 200 if random.random() < 0.004 else text


def _piece(random: Random, depth: int) -> str:
    chance = random.random()
    if chance < 0.45:
        return _token(random)
    if chance < 0.6 and depth < 5:
        return _pair(random, depth)
    if chance < 0.68:
        before, after = random.choice(words.FENCES)
        return before + _piece(random, depth + 1) + after
    return random.choice(words.PROSE) if chance < 0.93 else _words(random)


def _pair(random: Random, depth: int) -> str:
    name = random.choice(("parity_wrap", "parity_wrap", "note", "details", "parity_echo"))
    body = "".join(_piece(random, depth + 1) for _ in range(random.choice((0, 1, 1, 2, 3))))
    tag = ' tag="div"' if random.random() < 0.3 else ""
    close = f"[[/{name}]]" if random.random() < 0.93 else ""
    return f"[[{name}{tag}]]{body}{close}"


def _token(random: Random) -> str:
    name = random.choice(words.NAMES)
    params = [f"{key}={_quoted(random, value)}" for key, value in _params(random, name).items()]
    return f"[[{' '.join([name, *params])}]]"


def _quoted(random: Random, value: str) -> str:
    plain = value and not any(sign in value for sign in " \t\n\"'[]=")
    if plain and random.random() < 0.6:
        return value
    quote = random.choice("\"'")
    return f"{quote}{value}{quote}"


def _params(random: Random, name: str) -> dict[str, str]:
    special = _SPECIAL.get(name.lower())
    if special is not None and random.random() < 0.9:
        return special(random)
    return {
        random.choice(words.KEYS): _value(random) for _ in range(random.choice((0, 1, 1, 2, 4)))
    }


def _value(random: Random) -> str:
    chance = random.random()
    if chance < 0.4:
        return random.choice(words.NUMBERS)
    return random.choice(words.TEXTS) if chance < 0.8 else _words(random)


def _words(random: Random) -> str:
    characters = _characters()
    return "".join(random.choice(characters) for _ in range(random.choice((1, 3, 8, 20))))


@functools.cache
def _characters() -> str:
    return words.safe_characters()


def _boom(random: Random) -> dict[str, str]:
    return {"kind": random.choice(words.BOOMS), "depth": random.choice(("0", "1", "3", "150", "x"))}


def _wrong(random: Random) -> dict[str, str]:
    rare = ("huge", "just") if random.random() < 0.01 else words.WRONGS
    return {"kind": random.choice(rare)}


def _prints(random: Random) -> dict[str, str]:
    count = random.choice(("0", "1", "3", "20", "-1", "9999", "x"))
    where = random.choice(("out", "err", "both", "closed", "replaced", "nowhere"))
    return {"count": count, "text": random.choice(words.TEXTS), "where": where}


def _markup(random: Random, depth: int = 0) -> str:
    """Return HTML as people write it, and as attackers do."""
    tag = random.choice(words.TAGS)
    attributes = "".join(_attribute(random) for _ in range(random.choice((0, 0, 1, 2, 3))))
    inside = random.choice(("", "t", "a &amp; b", "é", "1 > 0"))
    if depth < 3 and random.random() < 0.4:
        inside += _markup(random, depth + 1)
    end = random.choice((f"</{tag}>", f"</{tag}>", f"</{tag}>", "", f"</{tag.upper()}>", "</p>"))
    slash = "/" if random.random() < 0.08 else ""
    return f"<{tag}{attributes}{slash}>{inside}{end}"


def _attribute(random: Random) -> str:
    name, value = random.choice(words.ATTRIBUTES), random.choice(words.VALUES)
    quote = random.choice(('"', '"', "'", ""))
    return f" {name}" if random.random() < 0.1 else f" {name}={quote}{value}{quote}"


def _shapes(random: Random) -> dict[str, str]:
    if random.random() < 0.5:
        value = "".join(_markup(random) for _ in range(random.choice((1, 2))))
        return {"as": "html", "value": value}
    value = "".join(random.choice(words.HTML) for _ in range(random.choice((1, 1, 2))))
    return {"as": random.choice(("html", "html", "text", "markdown", "other")), "value": value}


def _typed(random: Random) -> dict[str, str]:
    some = {
        "id": random.choice(("abc", "", "UPPER", "x" * 13, "7", "ä")),
        "columns": random.choice(("1", "6", "7", "0", "x", "2.5")),
        "scale": random.choice(("1", "1.25", "wide")),
        "mode": random.choice(("fast", "1", "other")),
        "open": random.choice(("true", "1", "")),
        "fixed": random.choice(("yes", "no")),
        "extra": "x",
    }
    return {key: some[key] for key in some if random.random() < 0.5}


_SPECIAL: dict[str, Callable[[Random], dict[str, str]]] = {
    "parity_boom": _boom,
    "parity_wrong": _wrong,
    "parity_prints": _prints,
    "parity_shapes": _shapes,
    "parity_typed": _typed,
    "parity_later": lambda random: {"kind": random.choice(("now", "never"))},
    "parity_library": lambda random: {
        "text": _value(random),
        "number": random.choice(words.NUMBERS),
    },
}


def _call(random: Random) -> JsonObject:
    name = random.choice(words.NAMES)
    call: JsonObject = {
        "abi": 1,
        "macro": {"name": name},
        "params": {key: _typed_value(random, text) for key, text in _params(random, name).items()},
        "body": random.choice((None, None, "body", _words(random))),
        "env": _env(random),
        "post": random.choice((None, {"id": "p1"}, _post(random))),
        "data": _data(random),
    }
    if random.random() < 0.5:
        call["macro"]["position"] = {
            "path": "posts/a.md",
            "line": random.randrange(1, 50),
            "column": 1,
        }
    return call


def _typed_value(random: Random, text: str) -> object:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    return (
        text if random.random() < 0.9 else random.choice((True, 2.5, None, [1, "x"], {"k": text}))
    )


def _spoilt(random: Random, call: JsonObject) -> JsonObject:
    """Return the call with something in it that breaks its schema."""
    field = random.choice(("abi", "macro", "params", "env", "extra"))
    return {**call, field: random.choice((None, 2, "x", []))}


def _env(random: Random) -> JsonObject:
    env: JsonObject = {
        "isPreview": random.random() < 0.4,
        "mainLanguage": random.choice(words.LANGUAGES),
    }
    if random.random() < 0.2:
        env["now"] = "2024-02-29T12:00:00Z"
    return env


def _post(random: Random) -> JsonObject:
    numbers = [random.choice(words.JSON_NUMBERS) for _ in range(random.choice((0, 1, 3)))]
    return {"id": "p1", "title": _words(random), "numbers": numbers}


def _data(random: Random) -> JsonObject:
    media = [
        {
            "id": f"m{n}",
            "fileName": f"{n}.jpg",
            "mimeType": "image/jpeg",
            "createdAt": f"202{n}-0{n + 1}-15T12:00:00Z",
        }
        for n in range(random.choice((0, 1, 4)))
    ]
    usage = [
        {"tag": random.choice(words.TEXTS) or "x", "count": 9 - n}
        for n in range(random.choice((0, 2, 5)))
    ]
    return {
        "media": media,
        "tagUsage": usage,
        "linkedMediaIds": random.choice((None, ["m1"])),
        "small": {"k": [1, None]},
    }
