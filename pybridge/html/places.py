"""Make places where elements may stand. The same rules: web_worker/host/html/places.js.

These are the rules of HTML for the elements that the policy lists. Where parsers differ, or a rule would move elements to
another place, the form is simpler: what stands in a table outside of its cells gets a cell, and an end tag ends all
elements in its element.
"""

from __future__ import annotations

from pybridge.html.open_elements import OpenElements
from pybridge.html.structure import Structure

_LISTS = frozenset({"ol", "ul"})
_ROW_GROUPS = frozenset({"tbody", "tfoot", "thead"})
_PARENTS = {
    "caption": frozenset({"table"}),
    "colgroup": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "col": frozenset({"colgroup"}),
    "tr": _ROW_GROUPS,
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
}
"""Where the parts of a table belong."""
_IMPLIED = {"col": ("colgroup",), "tr": ("tbody",), "td": ("tbody", "tr"), "th": ("tbody", "tr")}
"""What a table has around them, whether it is written or not."""
_BETWEEN_CELLS = frozenset({"colgroup", "table", "tr", *_ROW_GROUPS})


class Places:
    """The open elements; what is opened and closed for others, and not written in the source, is written here."""

    def __init__(self, rules: Structure, most: int) -> None:
        """Start with nothing open, for *most* elements at once."""
        self.written: list[str] = []
        self.elements = OpenElements(most)
        self.is_exact = True
        """Whether nothing was opened or closed without its tag."""
        self._rules = rules
        self._foreign = -1
        """Where the open <svg> or <math> is."""

    @property
    def is_foreign(self) -> bool:
        """Whether an <svg> or <math> is open."""
        return self._foreign >= 0

    @property
    def is_between_cells(self) -> bool:
        """Whether what comes next needs a cell first."""
        return self.elements.current in _BETWEEN_CELLS

    def make(self, name: str) -> bool:
        """Close and open elements until *name* may stand here; False if it may not."""
        rules, elements = self._rules, self.elements
        if name in _PARENTS:
            return self._make_in_table(name)
        if name in {"rp", "rt"}:
            return self._make_in_ruby()
        if self.is_between_cells:
            self.open_cell()
        if name == "li":
            self._close_item(elements.in_scope("li"), elements.innermost(_LISTS))
        elif name in {"dd", "dt"}:
            item = max(elements.in_scope("dd"), elements.in_scope("dt"))
            self._close_item(item, elements.place("dl"))
        elif name == "a":
            self._close_unwritten(elements.in_scope("a"))
        if name in rules.closing_paragraphs:
            self._close_unwritten(elements.in_scope("p"))
            if name in rules.headings and elements.current in rules.headings:
                self._close_unwritten(len(elements.names) - 1)
        return True

    def make_html(self, name: str) -> bool:
        """The same for an element that ends the open <svg> or <math>."""
        if self._foreign >= 0:
            self._close_unwritten(self._foreign)
        return self.make(name)

    def make_foreign(self, name: str) -> bool:
        """The same inside of <svg> or <math>; False if *name* ends that."""
        rules, elements = self._rules, self.elements
        is_svg = elements.names[self._foreign] == "svg"
        if name not in (rules.svg_tags if is_svg else rules.math_tags):
            self._close_unwritten(self._foreign)
            return False
        if elements.current.removeprefix("math ") in rules.math_text_tags:
            self._close_unwritten(len(elements.names) - 1)
        return True

    def enter(self, name: str) -> bool:
        """Open an element whose tag was written; True if it is <svg>, <math> or inside of them."""
        elements = self.elements
        if self._foreign >= 0:
            elements.push(f"{elements.names[self._foreign]} {name}")
            return True
        is_foreign = name in {"math", "svg"}
        if is_foreign:
            self._foreign = len(elements.names)
        elements.push(name)
        return is_foreign

    def of_end(self, name: str) -> int:
        """Return which open element an end tag ends, -1 for none."""
        rules, elements = self._rules, self.elements
        if self._foreign >= 0:
            root = elements.names[self._foreign]
            inner = max(elements.place(f"{root} {name}"), self._foreign if name == root else -1)
            if inner >= 0:
                return inner
        if name in _PARENTS or name == "table":
            place = elements.place(name)
            return place if place >= elements.place("table") else -1
        if name in rules.headings:
            return max(map(elements.in_scope, rules.headings))
        place = elements.in_scope(name)
        return -1 if name == "li" and place < elements.innermost(_LISTS) else place

    def close(self, place: int) -> None:
        """Close the element at *place* and all that is in it."""
        elements = self.elements
        while len(elements.names) > place:
            if len(elements.names) - 1 == self._foreign:
                self._foreign = -1
            name = elements.pop()
            self.written.append(f"</{name.rpartition(' ')[2]}>")

    def open_cell(self) -> None:
        """Open a cell for what stands between cells."""
        self._make_in_table("td")
        self._open_unwritten("td")

    def _make_in_table(self, name: str) -> bool:
        elements = self.elements
        table = elements.place("table")
        if table < 0:
            return False
        chain = _IMPLIED.get(name, ())
        parents = _PARENTS[name] | {"table"}
        if name in {"td", "th"}:
            parents |= _ROW_GROUPS
        while elements.current not in parents:
            self._close_unwritten(len(elements.names) - 1)
        if elements.current in _PARENTS[name]:
            return True
        self.is_exact = False
        for part in chain:
            if elements.current == "table" or part == "tr":
                self._open_unwritten(part)
        return True

    def _make_in_ruby(self) -> bool:
        elements = self.elements
        ruby = elements.in_scope("ruby")
        if ruby < 0:
            return False
        while elements.current in self._rules.closed_by_ruby_text:
            self._close_unwritten(len(elements.names) - 1)
        return True

    def _open_unwritten(self, name: str) -> None:
        self.is_exact = False
        self.written.append(f"<{name}>")
        self.elements.push(name)

    def _close_item(self, place: int, start_of_list: int) -> None:
        """Close an item, if it is one of the innermost list."""
        self._close_unwritten(place if place > start_of_list else -1)

    def _close_unwritten(self, place: int) -> None:
        """Close the element at *place*, which has no end tag, if there is one."""
        if place >= 0:
            self.is_exact = False
            self.close(place)
