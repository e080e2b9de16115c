"""Regular expressions: MicroPython's engine with the calls it lacks."""

from ure import compile as _compile

from .dialect import ESCAPES, error, refuse, translated

IGNORECASE = I = 2
MULTILINE = M = 8
DOTALL = S = 16
VERBOSE = X = 64
_SPECIAL = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f"


class Match:
    def __init__(self, found, text):
        self._found = found
        self.string = text

    def group(self, *numbers):
        if len(numbers) < 2:
            return self._found.group(*numbers) if numbers else self._found.group(0)
        return tuple(self._found.group(number) for number in numbers)

    def __getitem__(self, number):
        return self._found.group(number)

    def groups(self, default=None):
        return tuple(default if each is None else each for each in self._found.groups())

    def span(self, number=0):
        return self._found.span(number)

    def start(self, number=0):
        return self.span(number)[0]

    def end(self, number=0):
        return self.span(number)[1]

    def __repr__(self):
        return "<re.Match object; span={}, match={!r}>".format(self.span(), self.group())


class Pattern:
    def __init__(self, pattern, in_dialect):
        self.pattern = pattern
        self._engine = _compile(in_dialect)
        self._whole = None
        self._translated = in_dialect

    def match(self, text, pos=0):
        found = self._engine.match(text, pos)
        return found and Match(found, text)

    def search(self, text, pos=0):
        found = self._engine.search(text, pos)
        return found and Match(found, text)

    def fullmatch(self, text):
        if self._whole is None:
            self._whole = _compile("(?:" + self._translated + ")$")
        found = self._whole.match(text)
        return found and Match(found, text)

    def finditer(self, text):
        place = 0
        while place <= len(text):
            found = self.search(text, place)
            if not found:
                return
            yield found
            start, end = found.span()
            place = end + (start == end)

    def findall(self, text):
        return [
            found.group(0)
            if not found.groups()
            else (found.groups("") if len(found.groups()) > 1 else found.groups("")[0])
            for found in self.finditer(text)
        ]

    def split(self, text, maxsplit=0):
        parts = []
        place = 0
        for found in self.finditer(text):
            if maxsplit and len(parts) >= maxsplit * (1 + len(found.groups())):
                break
            start, end = found.span()
            parts.append(text[place:start])
            parts += found.groups()
            place = end
        parts.append(text[place:])
        return parts

    def subn(self, replacement, text, count=0):
        parts = []
        place = done = 0
        for found in self.finditer(text):
            if count and done >= count:
                break
            start, end = found.span()
            parts.append(text[place:start])
            parts.append(
                replacement(found) if callable(replacement) else _expanded(replacement, found)
            )
            place = end
            done += 1
        parts.append(text[place:])
        return text[:0].join(parts), done

    def sub(self, replacement, text, count=0):
        return self.subn(replacement, text, count)[0]


def _expanded(template, found):
    if "\\" not in template:
        return template
    out = ""
    place = 0
    while place < len(template):
        letter = template[place]
        place += 1
        if letter != "\\":
            out += letter
        elif template.startswith("g<", place):
            end = template.index(">", place)
            out += found.group(int(template[place + 2 : end])) or ""
            place = end + 1
        elif template[place].isdigit():
            out += found.group(int(template[place])) or ""
            place += 1
        else:
            out += ESCAPES.get(
                template[place],
                template[place] if template[place] == "\\" else "\\" + template[place],
            )
            place += 1
    return out


_kept = {}


def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        return pattern
    if flags:
        refuse("flags")
    if pattern not in _kept:
        if not isinstance(pattern, str):
            refuse("patterns of bytes")
        if len(_kept) > 100:
            _kept.clear()
        _kept[pattern] = Pattern(pattern, translated(pattern))
    return _kept[pattern]


def match(pattern, text, flags=0):
    return compile(pattern, flags).match(text)


def search(pattern, text, flags=0):
    return compile(pattern, flags).search(text)


def fullmatch(pattern, text, flags=0):
    return compile(pattern, flags).fullmatch(text)


def findall(pattern, text, flags=0):
    return compile(pattern, flags).findall(text)


def finditer(pattern, text, flags=0):
    return compile(pattern, flags).finditer(text)


def split(pattern, text, maxsplit=0, flags=0):
    return compile(pattern, flags).split(text, maxsplit)


def sub(pattern, replacement, text, count=0, flags=0):
    return compile(pattern, flags).sub(replacement, text, count)


def subn(pattern, replacement, text, count=0, flags=0):
    return compile(pattern, flags).subn(replacement, text, count)


def escape(text):
    return "".join("\\" + letter if letter in _SPECIAL else letter for letter in text)
