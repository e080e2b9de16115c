"""Text in double brackets that is nearly a macro, and how to write it as one."""

from __future__ import annotations

import re

from pybridge.macros.syntax.params import written_params
from pybridge.macros.values.characters import INVISIBLE_CLASS, SPACE_CLASS, SPACES, WORD_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = rf"(?:&#?\w{{1,8}};|[^\w\s\[\]/{INVISIBLE_CLASS}-])"
"""What editors and habit put before a name: an entity, a quote, an asterisk."""
_ACCENTS = "\u0300-\u036f"
"""Accents as characters of their own: systems of Apple write names in this form."""
_OPENING = re.compile(
    # What stands between the brackets and the name, the name with what was taken for its letters.
    rf"\[\[((?:[{SPACE_CLASS}{INVISIBLE_CLASS}]|{_MARK}){{0,20}}+)(/?)([{SPACE_CLASS}{INVISIBLE_CLASS}]{{0,20}})"
    rf"((?:[^\W{INVISIBLE_CLASS}]|[{INVISIBLE_CLASS}{_ACCENTS}-]){{1,80}})"
)
_LETTERS_ONLY = "a name has only the letters a to z, digits and _"
_INVISIBLE = re.compile(f"[{INVISIBLE_CLASS}]")
_PLAIN_START = re.compile(f"[{WORD_CLASS}]+")
_CALL = re.compile(rf"[{SPACE_CLASS}][^\]\n]{{0,200}}?[\w-]\s?=\s?[^\s=]")
_REST = re.compile(rf"[{SPACE_CLASS}]{{1,20}}(?=\]\])|[^\[\]\r\n]{{0,200}}")
_WHOLE = re.compile(r"\[\[([^\[\]=\r\n]{1,80})\]\]")
_SIGN = re.compile(rf"[{SPACE_CLASS}]?=[^=]")
_LINK = re.compile(r"\][\[(:]|\]?[^\[\]\r\n]{0,200}\][\[(]")


class NearMiss:
    """Double brackets that look like a macro and are not one."""

    __slots__ = ("is_known", "message", "name")

    def __init__(self, name: str, message: str, is_known: bool) -> None:
        self.name = name
        """The name that was meant."""
        self.message = message
        """What is wrong, and the form that works."""
        self.is_known = is_known
        """Whether there is a macro of that name."""


def near_miss(
    text: str, at: int, known: Callable[[str], bool], folded: Callable[[str], str]
) -> NearMiss | None:
    """Return what the `[[` at *at*, which begins no token, was probably meant to be; None for mere text.

    Args:
        text: The document.
        at: Where the brackets stand.
        known: Whether there is a macro of a name.
        folded: Makes a name of what is not spelt as one: `my-card` means `my_card`.
    """
    opening = _OPENING.match(text, at)
    if opening is None:
        return None
    written = _INVISIBLE.sub("", opening[4])
    whole = None if opening[2] else _WHOLE.match(text, at)
    title = folded(whole[1]) if whole else ""
    if title and title != folded(written) and known(title):  # a title, such as `Über uns`
        return NearMiss(title, f"not a macro: {_LETTERS_ONLY}; write [[{title}]]", True)
    start = _PLAIN_START.match(written)
    names = [written, folded(written), start[0] if start else ""]
    name = next((each for each in names if each and known(each)), None)
    end = opening.end()
    if name is None and _SIGN.match(text, end):
        name = _known_start(written, known)
    if name is None:
        is_call = _CALL.match(text, end) is not None and not opening[2]
        return NearMiss(written, _unknown(written, names[1]), False) if is_call else None
    reason = _reason(text, opening, written, name, end)
    if reason is None:
        return None
    return NearMiss(
        name, f"not a macro: {reason}; write {_form(text, opening, written, name)}", True
    )


def _known_start(written: str, known: Callable[[str], bool]) -> str | None:
    """Return the longest name of a macro that *written* begins with; what is behind it is a param's name then."""
    starts = (written[:length] for length in range(len(written) - 1, 0, -1))
    return next((each for each in starts if _PLAIN_START.fullmatch(each) and known(each)), None)


def _unknown(written: str, name: str) -> str:
    return f"no macro named {written!r}: {_LETTERS_ONLY}" + (
        f", as {name!r}" if name and name != written else ""
    )


def _reason(text: str, opening: re.Match[str], written: str, name: str, end: int) -> str | None:
    """Return why the brackets are not a macro; None where they are rather a link or a sentence."""
    rest = _REST.match(text, end)
    rest_end = rest.end() if rest else end
    is_closed = text.startswith("]]", rest_end)
    is_call = _CALL.match(text, end) is not None
    if not is_closed and (_LINK.match(text, end) or not (is_call or text.startswith("]", end))):
        return None
    invisible = _INVISIBLE.search(text, opening.start(), end)
    if invisible and invisible[0] not in SPACES:
        return f"it has the invisible character U+{ord(invisible[0]):04X}"
    mark = opening[1].strip()
    if mark and mark != "\ufeff":
        return f"{mark!r} stands before its name" if is_closed and is_call else None
    if opening[1] or opening[3]:
        return "a blank stands before its name"
    if not is_closed:
        return "a single ] ends it" if text.startswith("]", rest_end) else "no ]] ends it"
    if not opening[2] and _SIGN.match(text, end) and written.startswith(name):
        return "a blank is missing behind its name"
    if written != name:
        return _LETTERS_ONLY
    if opening[2]:
        return "a closing macro has only its name"
    if text[end:rest_end].strip():
        return f"{text[end]!r} follows its name"
    return "a blank stands behind its name"


def _form(text: str, opening: re.Match[str], written: str, name: str) -> str:
    """Return how the macro is written, with the params that are written as params on its line."""
    if opening[2]:
        return f"[[/{name}]]"
    rest = _REST.match(text, opening.end())
    params = _INVISIBLE.sub("", rest[0]).strip() if rest else ""
    if params.startswith("=") and written.startswith(name):
        params = written[len(name) :] + params
    return as_macro(name, params)


def as_macro(name: str, params: str) -> str:
    """Return how a macro is written, with what of *params* is written as params."""
    if not _CALL.match(" " + params):
        return f"[[{name}]]"
    params = written_params(params.lstrip("|:,/ ")) if len(params) <= 100 else ""
    return f"[[{name} {params or '…'}]]"
