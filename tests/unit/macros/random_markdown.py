"""Random Markdown with macros in it, much of it code, HTML, tables, links and definitions."""

from __future__ import annotations

from random import Random

_PREFIXES = (
    "", "", "", "", "", "> ", ">", "- ", "  ", "   ", "    ", "1. ", "2) ", "\t", "> - ", "- > ", "> > ", "* ", "   > ",
)  # fmt: skip
_LINES = (
    "", "", "", "```", "```", "~~~", "````", "``` x", "<!--", "-->", "<pre>", "</pre>", "<div>", "</div>", "<?x", "?>", "<!X",
    ">", "<![CDATA[", "]]>", "<b>", "</b>", "<script>", "</script>", "<style", "<x-y z='1'>", "<details>", "---", "===", "***",
    "|---|---|", "|-|", "--|--", ":-:|-", "| - | - |", "---", "[x]: /a", "[y]: <a b> 'c'", "[x]:", "[y]: /a \"b", "[ X ]: /`",
    "# a", "#", "## `", "- ", "1.", "2. a", "/u `", "\"t`\"", "(t", "'a'", "</div", "<br>", "<hr/>", "<a", "<a href='`'>",
)  # fmt: skip
_PIECES = (
    "`", "`", "`", "``", "a", "b", " ", " ", " ", "|", "|", "\\", "\\`", "\\|", "<", ">", "<b title=\"`\">", "<a b='`", "'>", "</b>",
    "<https://x.y/`a>", "<a@b.c>", "<x:`>", "<javascript:`>", "<!-- ` -->", "<!--", "-->", "<?`?>", "<!A `>", "<![CDATA[`]]>",
    "[", "]", "![", "](", "(", ")", "](/u`)", "](<`>)", "](/u \"`\")", "](/u '`')", "[x]", "[y][]", "[`][x]", "[a][y]", "[x][nope]", "](a(`)b)",
    "](javascript:`)", "*", "_", "&#96;", "\t", "\"", "'", "~~", "!", ":", "]]", "<br/>", "{`}", "é", "[x]: /`",
)  # fmt: skip


def make_markdown(random: Random) -> str:
    """Return a text of up to ten lines; its macros are `[[m0]]`, `[[m1]]`, …"""
    lines = []
    macros = 0
    prefix = ""
    for _ in range(random.randrange(1, 11)):
        prefix = prefix if random.random() < 0.5 else random.choice(_PREFIXES)
        line = random.choice(_LINES) if random.random() < 0.45 else ""
        if not line or random.random() < 0.1:
            for _ in range(random.randrange(7)):
                if random.random() < 0.25:
                    line += f"[[m{macros}]]"
                    macros += 1
                else:
                    line += random.choice(_PIECES)
        lines.append(prefix + line)
    end = random.choice(("\n", "\n", "\n", "\r\n"))
    return end + end.join(lines)
