"""Patterns in the dialect of MicroPython's engine; what that does not know is refused, not taken for something else."""

error = ValueError
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\x0c", "v": "\x0b", "0": "\0"}


def refuse(what):
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
        refuse("\\" + letter)
    return ESCAPES.get(letter, "\\" + letter)


def _class(text):
    out = "["
    place = 1
    if text[1] == "^":
        out += "^"
        place = 2
    if text[place] == "]":
        refuse("] at the beginning of a class")
    while place < len(text) - 1:
        letter = text[place]
        if ord(letter) > 127:
            refuse("letters beyond ASCII in a class")
        if letter == "\\":
            place += 1
            out += ESCAPES.get(text[place], "\\" + text[place])
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
        refuse("such a count of groups that capture; use (?:…)")
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


def translated(text):
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
                refuse(text[start : start + 3])
            atom = head + translated(text[start + len(head) : place - 1]) + ")"
        else:
            if letter in "*+?" and (not out or out[-1] in "(|"):
                raise error("nothing to repeat")
            atom = "(?:" + letter + ")" if ord(letter) > 127 else letter
            if letter == ".":
                atom = "[^\n]"
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
