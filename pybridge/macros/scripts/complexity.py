"""How deep a script's expressions nest, measured on the text.

CPython refuses expressions that are too deep; compiled to WebAssembly it crashes, and the script would take
every worker along that loads it. So it is found before the compiler sees it.
"""

from __future__ import annotations

import re

MOST_OPERATORS = 500
"""Operators, brackets and the like in one expression; WebAssembly still bears twice as many."""

# A string that is not closed extends to its end, so that not every quote in it is tried. What repeats never
# gives back: otherwise a long string fills the memory with places to return to.
_PIECE = re.compile(
    r"""
      (?P<skip> '{3}[^\\']*+(?:(?:\\.|'(?!''))[^\\']*+)*+(?:'{3}|\\?\Z)
              | "{3}[^\\"]*+(?:(?:\\.|"(?!""))[^\\"]*+)*+(?:"{3}|\\?\Z)
              | '(?:\\.|[^'\\\n])*+(?:'|\\?$) | "(?:\\.|[^"\\\n])*+(?:"|\\?$) | \#[^\n]* | \\\r?\n )
    | (?P<statement> ^(?:async|def|class|import|with|while|return|try|del|raise|assert)\b )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<separator> [,;\n] )
    | (?P<operator> [-+~*/%@&|^.<>=]{1,2} | \b(?:not|and|or|if|else|await|lambda|in|is|elif)\b )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def too_complex_at(text: str) -> int | None:
    """Return the offset at which an expression becomes too deep to compile, None if none does."""
    if len(text) < MOST_OPERATORS:
        return None
    counts = [0]
    total = 0  # the sum of counts: what the innermost expression is nested in
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        if kind == "skip":
            continue
        if kind == "statement":  # an expression cannot continue here: reset the count
            counts, total = [0], 0
            continue
        if kind == "separator":
            if piece[0] != "\n" or len(counts) == 1:
                total -= counts[-1]
                counts[-1] = 0
            continue
        if kind == "open":
            counts.append(0)
        elif kind == "close" and len(counts) > 1:
            total -= counts.pop()
        counts[-1] += 1
        total += 1
        if total > MOST_OPERATORS:
            return piece.start()
    return None
