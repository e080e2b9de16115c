"""Regular expressions: MicroPython's engine with the calls it lacks.

What the engine does not know is refused, not taken for something else.
"""

from ure import compile as _compile

error = ValueError
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\x0c", "v": "\x0b", "0": "\0"}
_SPECIAL = "\\.^$*+?{}[]|()"


def _refuse(what):
    raise NotImplementedError("regular expressions of MicroPython have no " + what)


def _class_end(text, place):
    """Return the place behind the class that begins there."""
    place += 1
    if text[place : place + 1] == "^":
        place += 1
    start = place
    while place < len(text) and (text[place] != "]" or place == start):
        place += 2 if text[place] == "\\" else 1
    return place + 1


def _escaped(letter):
    if letter in "bBAZ123456789":
        _refuse("\\" + letter)
    return _ESCAPES.get(letter, "\\" + letter)


def _class(text):
    out = "["
    place = 1
    if text[1] == "^":
        out += "^"
        place = 2
    if text[place] == "]":
        _refuse("] at the beginning of a class")
    while place < len(text) - 1:
        letter = text[place]
        if ord(letter) > 127:
            _refuse("letters beyond ASCII in a class")
        if letter == "\\":
            place += 1
            out += _ESCAPES.get(text[place], "\\" + text[place])
        else:
            out += letter
        place += 1
    return out + "]"


def _group_end(text, place):
    depth = 0
    while place < len(text):
        letter = text[place]
        if letter == "\\":
            place += 1
        elif letter == "[":
            place = _class_end(text, place) - 1
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    raise error("missing )")


def _counts(text):
    low, _, high = text.partition(",")
    if not all(part == "" or part.isdigit() for part in (low, high)) or text in ("", ","):
        return None
    if "," not in text:
        return int(low), int(low)
    return int(low or 0), (int(high) if high else None)


def _repeated_group(atom, low, high, lazy):
    """Return a group that captures its last repetition."""
    if "(" in atom[1:].replace("(?:", "").replace("\\(", "") or low == 0 or high not in (low, None):
        _refuse("such a count of groups that capture; use (?:…)")
    return ("(?:" + atom[1:]) * (low - 1) + atom + ("+" + lazy if high is None else "")


def _repeated(atom, low, high, lazy):
    if atom.startswith("(") and not atom.startswith("(?:"):
        return _repeated_group(atom, low, high, lazy)
    if high is None:
        return atom * low + atom + "*" + lazy
    out = ""
    for _ in range(high - low):
        out = "(?:" + atom + out + ")?" + lazy
    return atom * low + out


def _translated(text):
    """Return the pattern in the dialect of the engine."""
    out = ""
    place = 0
    while place < len(text):
        start = place
        letter = text[place]
        if letter == "\\":
            if place + 1 == len(text):
                raise error("bad escape (end of pattern)")
            atom = _escaped(text[place + 1])
            place += 2
        elif letter == "[":
            place = _class_end(text, place)
            if place > len(text):
                raise error("unterminated character set")
            atom = _class(text[start:place])
        elif letter == "(":
            place = _group_end(text, place)
            head = "(?:" if text.startswith("(?:", start) else "("
            if head == "(" and text.startswith("(?", start):
                _refuse(text[start : start + 3])
            atom = head + _translated(text[start + len(head) : place - 1]) + ")"
        else:
            if letter in "*+?" and (not out or out[-1] in "(|"):
                raise error("nothing to repeat")
            atom = "(?:" + letter + ")" if ord(letter) > 127 else letter
            place += 1
        if text[place : place + 1] == "{" and "}" in text[place:]:
            end = text.index("}", place)
            counts = _counts(text[place + 1 : end])
            if counts is not None:
                place = end + 1
                lazy = text[place : place + 1] == "?"
                place += lazy
                atom = _repeated(atom, counts[0], counts[1], "?" if lazy else "")
        out += atom
    return out


class Match:
    def __init__(self, found, text, offset):
        self._found = found
        self.string = text
        self._offset = offset

    def group(self, *numbers):
        if len(numbers) < 2:
            return self._found.group(*numbers) if numbers else self._found.group(0)
        return tuple(self._found.group(number) for number in numbers)

    def __getitem__(self, number):
        return self._found.group(number)

    def groups(self, default=None):
        return tuple(default if each is None else each for each in self._found.groups())

    def span(self, number=0):
        start, end = self._found.span(number)
        return (-1, -1) if start < 0 else (start + self._offset, end + self._offset)

    def start(self, number=0):
        return self.span(number)[0]

    def end(self, number=0):
        return self.span(number)[1]

    def __repr__(self):
        return "<re.Match object; span={}, match={!r}>".format(self.span(), self.group())


class Pattern:
    def __init__(self, pattern, translated):
        self.pattern = pattern
        self._engine = _compile(translated)
        self._whole = None
        self._translated = translated

    def match(self, text, pos=0):
        found = self._engine.match(text[pos:] if pos else text)
        return found and Match(found, text, pos)

    def search(self, text, pos=0):
        found = self._engine.search(text[pos:] if pos else text)
        return found and Match(found, text, pos)

    def fullmatch(self, text):
        if self._whole is None:
            self._whole = _compile("(?:" + self._translated + ")$")
        found = self._whole.match(text)
        return found and Match(found, text, 0)

    def finditer(self, text):
        if self._translated.startswith("^"):
            found = self.match(text)
            if found:
                yield found
            return
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
            found.group(0) if not found.groups() else (found.groups("") if len(found.groups()) > 1 else found.groups("")[0])
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
            parts.append(replacement(found) if callable(replacement) else _expanded(replacement, found))
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
            out += _ESCAPES.get(template[place], template[place] if template[place] == "\\" else "\\" + template[place])
            place += 1
    return out


_kept = {}


def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        return pattern
    if flags:
        _refuse("flags")
    if pattern not in _kept:
        if not isinstance(pattern, str):
            _refuse("patterns of bytes")
        if len(_kept) > 100:
            _kept.clear()
        _kept[pattern] = Pattern(pattern, _translated(pattern))
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
    return "".join("\\" + letter if letter in _SPECIAL or letter in " #&-~" else letter for letter in text)
