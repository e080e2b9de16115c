"""Random documents: macro tokens good and bad, with media, tags and languages around them."""

from __future__ import annotations

import re
import sys
import unicodedata
from random import Random
from typing import Any

Json = dict[str, Any]

NAMES = ("youtube", "vimeo", "gallery", "photo_archive", "photo_album", "tag_cloud")
KEYS = {
    "youtube": ("id", "title", "ID", "start"),
    "vimeo": ("id", "title"),
    "gallery": ("columns", "caption", "link"),
    "photo_archive": ("year", "month"),
    "photo_album": ("year", "month"),
    "tag_cloud": ("orientation", "width", "height"),
}
SPACES = (" ", "  ", "\n", "\t", "\r\n", "\x0b", "\xa0", "\u2003", "\u2028", "\u3000", "\ufeff")
NO_SPACES = ("\x1c", "\x1f", "\x85", "\u180e", "\u200b")
NUMBERS = (
    "", "0", "1", "2", "3", "4", "5", "6", "7", "12", "13", "02", "-0", "-2", "+5", "4abc", "3.9", "5.9", "abc",
    "0x10", "1e3", "1.50", " 5", "\ufeff6", "\x1c6", "319", "320", "640", "1600", "1601", "180", "179", "900", "901",
    "2023", "2024", "2025", "99", "9007199254740991", "9007199254740993", "12345678901234567890",
    "123456789012345678901234567890", "9" * 400, "-9007199254740993", "٣", "1_0", "5px", ".5", "--5", "1e400",
)  # fmt: skip
FITTING = {
    "columns": ("1", "2", "4", "6", "5.9", "4abc"),
    "year": ("2023", "2024", "2025", "2024x", "987", "99"),
    "month": ("1", "02", "6", "12", "12.7"),
    "width": ("320", "640", "640px", "1600", "1600.9"),
    "height": ("180", "300", " 300", "900"),
}
ORIENTATIONS = (
    "horizontal", "vertical", "mixed_hv", "mixed-hv", "HV", "horizontal_vertical", " diag ", "Diagonal",
    "MIXED-DIAGONAL", "mixed_diagonal", "constructor", "__proto__", "\xa0hv\ufeff", "\x1chv",
)  # fmt: skip
TEXTS = (
    "abc123", "dQw4w9WgXcQ", "a&b<c>", "Tom & <Jerry>", "<b>x</b>", " padded ", "\ufeffx\xa0", "  ", "&amp;", "l'été",
    'a "q" b', "C++ & C#", "a/b?c#d", "100%", "İI", "ß", "日本語", "🙂👩‍👩‍👧", "line\nbreak", "back\\slash", "`tick`", "[x", "$&",
)  # fmt: skip
QUOTED = '"{}"'
LANGUAGES = ("en", "en", "en", "de", "de-CH", "fr-CA", "FR", " it ", "es", "pt", "", "de_AT")
POST_IDS = ("", "p1", "p2", 'p"1', "<&'>")
NEAR_MISSES = (
    "[[gallery ]]", "[[ gallery]]", "[[gallery", "[[my-macro]]", "[[größe]]", "[gallery]", "[[unknown x=1]]",
    "[[/gallery]]", "[[youtube id=a]b]]", "[[gallery  ]]", "[[[vimeo id=1]]]", "[[a [[vimeo id=1]]", "[[]]",
)  # fmt: skip
EXTENSIONS = ("jpg", "JPEG", "png", "webp", "svg", "avif", "pdf", "txt", "")
MIME_TYPES = ("image/jpeg", "IMAGE/PNG", "image/", "text/plain", "", "ımage/png", None)


def make_document(random: Random) -> Json:
    """Return a case for both sides: the text and what surrounds it."""
    pieces = [_piece(random) for _ in range(random.choice((1, 1, 1, 2, 4)))]
    around = {
        "postId": random.choice(POST_IDS),
        "media": [_medium(random) for _ in range(random.choice((0, 1, 3, 6, 14)))],
        "linkedMediaIds": random.choice((None, [], ["m1", "m3"], ["m2", "m4", "m5"])),
        "tagUsage": _tag_usage(random),
        "language": random.choice(LANGUAGES),
    }
    return {"text": random.choice(("", " ", "\n", "a, b ")).join(pieces), "around": around}


def _piece(random: Random) -> str:
    if random.random() < 0.1:
        return random.choice(NEAR_MISSES)
    name = random.choice(NAMES)
    params = "".join(_param(random, name) for _ in range(random.choice((0, 1, 1, 2, 2, 3))))
    tail = random.choice(("", "", "", " ", "  ", " junk", ' "'))
    token = f"{_cased(random, name)}{params}{tail if params else ''}"
    return f"[[{token}]]"


def _cased(random: Random, name: str) -> str:
    return "".join(c.upper() if random.random() < 0.1 else c for c in name)


def _param(random: Random, name: str) -> str:
    key = random.choice(KEYS[name]) if random.random() < 0.95 else "x"
    space = "".join(random.choice(SPACES) for _ in range(random.choice((1, 1, 1, 2))))
    form = random.choice(('"{}"', '"{}"', "'{}'", "'{}'", "{}", "{}"))
    value = _as_both_read(_value(random, key), quoted=len(form) > 2)
    return f"{space}{key}={(form if value else QUOTED).format(value)}"


def _as_both_read(value: str, *, quoted: bool) -> str:
    """Return *value* without what the reference reads in another way: quotes inside, brackets, marks behind numbers."""
    without = re.sub(r"[]\\\"']", "", value)
    return without if quoted else re.sub(r"^\W+|[=“”„‟‘’‚‛«»,;/]", "", without)


def _value(random: Random, key: str) -> str:
    pools = {"orientation": ORIENTATIONS, "id": TEXTS, "title": TEXTS, "caption": TEXTS, **FITTING}
    chance = random.random()
    if chance < 0.6:
        return random.choice(pools.get(key, NUMBERS))
    return random.choice(NUMBERS) if chance < 0.85 else _text(random)


def _text(random: Random) -> str:
    """Return up to ten characters of anywhere in Unicode 14."""
    return "".join(_character(random) for _ in range(random.randrange(11)))


def _character(random: Random) -> str:
    chance = random.random()
    if chance < 0.3:
        return random.choice(SPACES + NO_SPACES)
    if chance < 0.6:
        return chr(random.randrange(0x20, 0x7F))
    while True:
        character = chr(random.randrange(0x80, random.choice((0x250, 0x3000, sys.maxunicode))))
        if unicodedata.category(character) not in ("Cn", "Cs"):
            return character


def _medium(random: Random) -> Json:
    medium: Json = {"id": f"m{random.randrange(6)}", "filename": _file_name(random)}
    medium["createdAt"] = _date(random)
    for key in ("title", "alt", "caption", "originalName"):
        if random.random() < 0.5:
            medium[key] = random.choice(("", *TEXTS))
    for key, pool in (
        ("mimeType", MIME_TYPES),
        ("linkedPostIds", ([], ["p1"], ["p2", ""], POST_IDS)),
    ):
        value = random.choice(pool)
        if value is not None:
            medium[key] = value
    if random.random() < 0.03:
        del medium["createdAt"]
    return medium


def _file_name(random: Random) -> str:
    odd = (
        ".jpg",
        "..jpg",
        "dir/.png",
        "dir/a.png",
        "a.jpg/",
        "a.jpg.",
        "x&y.jpg",
        "a b.gif",
        "ü.İpg",
        "…bmp",
        "",
    )
    if random.random() < 0.2:
        return random.choice(odd)
    extension = random.choice(EXTENSIONS)
    return f"{random.choice('abcd')}{random.randrange(9)}.{extension}"


def _date(random: Random) -> str:
    if random.random() < 0.02:
        return random.choice(("someday", "", "2024-13-01T00:00:00Z", "2024-01-01T25:00:00Z"))
    year = random.choice((2023, 2024, 2024, 2025, 2025, 1969, 99, 987, 9998))
    day = f"{year:04}-{random.randrange(1, 13):02}-{random.choice((1, 1, 15, 28)):02}"
    time = random.choice(("00:00:00", "12:30:00", "23:59:59", "12:30"))
    if time != "12:30":
        time += random.choice(("", ".000", ".5", ".123456", ".1239"))
    offset = random.choice(("Z", "Z", "", "+02:00", "-11:30", "+14:00"))
    return random.choice((f"{day}T{time}{offset}", f"{day}T{time}{offset}", day))


def _tag_usage(random: Random) -> list[Json]:
    most = random.choice((1, 3, 12, 1000, 2**40))
    number = random.choice((0, 1, 2, 5, 12))
    counts = sorted((random.randint(1, most) for _ in range(number)), reverse=True)
    return [
        {"tag": random.choice((random.choice(TEXTS), _text(random))), "count": count}
        for count in counts
    ]
