"""What random cases are made of: nothing newer than Unicode 3.2, so that every Python knows it."""

from __future__ import annotations

NAMES = (
    "parity_echo", "parity_echo", "parity_echo", "parity_context", "parity_ctx", "parity_wrap", "parity_boom",
    "parity_wrong", "parity_prints", "parity_shapes", "parity_shapes", "parity_typed", "parity_later", "parity_library",
    "parity_quiet", "parity_broken", "PARITY_ECHO", "Parity_Zusammenhang", "parity_ech", "nowhere", "youtube",
    "vimeo", "gallery", "photo_archive", "tag_cloud", "note", "details",
)  # fmt: skip
BOOMS = (
    "key", "index", "name", "attribute", "zero", "type", "assert", "import", "recursion", "cause", "decode",
    "lone", "long", "exit", "interrupt", "stop", "group", "odd", "unreadable", "other",
)  # fmt: skip
WRONGS = (
    "none", "text", "list", "number", "empty", "two", "more", "bytes", "integer", "nothing", "nan", "infinite",
    "set", "date", "decimal", "key", "tuple", "no_object", "deep", "deeper", "cyclic", "subclass", "big_number",
    "floats", "lone", "nul", "separators", "warnings", "warning_number", "warning_text", "warning_half", "generator",
)  # fmt: skip
KEYS = (
    "id",
    "title",
    "a",
    "A",
    "columns",
    "mode",
    "open",
    "größe",
    "_x",
    "x1",
    "caption",
    "year",
    "width",
    "kind",
)
NUMBERS = (
    "0", "-0", "7", "007", "-7", "+7", "1.5", "1.50", ".5", "5.", "1e3", "nan", "inf", "true", "null", "None",
    "9007199254740991", "9007199254740992", "-9007199254740991", "0.1", "0.30000000000000004", "1_000", "0x10", "٣",
    "3.0000000000000001", "123456789.123456789", "-1.25", "١٢", "2024", "12", "1" * 400,
)  # fmt: skip
JSON_NUMBERS = (
    0, -1, 4.0, -0.0, 0.1, -2.5, 1e3, 12.0, 2**53 - 1, 2.0**53, 2**53 + 1, 1234567890123456789, -(10**20), 1e17, 1e21, 1e22,
    1e300, 5e-324, 123456789.123456789, 1 / 3,
)  # fmt: skip
"""In a post they go through JavaScript, which writes some of them in another way."""
TEXTS = (
    "", " ", "plain", "two words", "Tom & <Jerry>", "a\"b", "it's", "l'été", "C++ & C#", "100%", "a/b?c#d", "back\\slash",
    "日本語", "Ελληνικά", "русский", "עברית", "العربية", "İIıi", "ßẞ"[:1], "ﬁ", "e\u0301", "\u00a0nbsp\u00a0", "\ufefftext", "𝔊𝔬",
    "\u200bzero", "tab\there", "`tick`", "[x](y)", "*star*", "<b>bold</b>", "&amp;", "a\u2028b", "]]", "[[", "][", "=",
)  # fmt: skip
HTML = (
    "<b>x</b>", "<p>one</p><p>two</p>", '<p class="a">x<br>y</p>', "<p>unclosed", "</div>", "<b onclick=alert(1)>x</b>",
    "<img src=x onerror=alert(1)>", '<img src="a.jpg" alt="A &amp; B">', "<script>alert(1)</script>", "a < b > c",
    "<a href='javascript:alert(1)'>x</a>", '<a href="https://example.com/?a=1&amp;b=2">x</a>', "<style>b{}</style>",
    '<iframe src="https://www.youtube.com/embed/a"></iframe>', "<iframe src='https://example.com/'></iframe>",
    "<ul><li>1</li><li>2</li></ul>", "<table><tbody><tr><td>x</td></tr></tbody></table>", "&copy; &#233; &nbsp;",
    "<!-- comment -->", "<b>x</i>", "<div data-x='1'>y</div>", "<pre>\n a\n</pre>", "<DIV>x</DIV>", "<h2 id=top>t</h2>",
    '<figure><img src="m.png" alt=""><figcaption>f</figcaption></figure>', "<code>&lt;</code>", "<b", "<>", "x\0y",
    "<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>", "<form action=x><input></form>", "<p title=\"a'b\">q</p>",
    "<details open><summary>s</summary>t</details>", '<video src="v.mp4" controls></video>', "<q>\u00a0</q>",
)  # fmt: skip
TAGS = (
    "p", "b", "i", "em", "a", "img", "div", "span", "ul", "li", "ol", "table", "tr", "td", "th", "tbody", "iframe", "video",
    "figure", "figcaption", "h1", "h2", "pre", "code", "br", "hr", "details", "summary", "svg", "path", "g", "script", "style",
    "form", "input", "button", "section", "aside", "blockquote", "x-y", "body", "html", "title", "textarea", "option", "math",
)  # fmt: skip
ATTRIBUTES = (
    "class", "id", "title", "href", "src", "alt", "style", "onclick", "data-a", "data-a-b", "aria-label", "width", "height",
    "lang", "dir", "role", "target", "rel", "srcset", "name", "value", "type", "loading", "viewBox", "d", "fill", "colspan",
    "allow", "frameborder", "allowfullscreen", "xlink:href", "CLASS", "open", "controls", "datetime", "cite", "hidden",
)  # fmt: skip
VALUES = (
    "a", "a b", "", " a ", "https://example.com/", "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "#top", "/x?a=1&b=2",
    "mailto:a@example.com", "//example.com/x", "https://www.youtube.com/embed/x", "https://player.vimeo.com/video/1", "1", "100%",
    "a&amp;b", "a&lt;b", "a>b", "a<b", "é", "日本", " ", "x:y", "java	script:x", "&#106;avascript:x", "_blank", "M0 0L1 1",
)  # fmt: skip
PROSE = (
    "Some text. ", "\n\n", "\n", " and ", "# Heading\n", "- item\n", "> quote\n", "line  \n", "\t", "é ", "日本 ", "\r\n",
    "\\", "\\[[parity_echo]]", "[[ parity_echo]]", "[[parity_echo ]]", "[[parity-echo]]", "[[]]", "[[[", "]]]", "[parity_echo]",
    "[[parity_echo", "[[/parity_wrap]]", "[[parity_echo a]]", '[[parity_echo a="x]]', "[[parity_echo a=]]", "|", "<b>", "&amp;",
    "[[parity_echo\na=1]]", "[[parity_echo a=1 a=2]]", "[[parity_echo=1]]", "[[größe]]", "[[parity_echo  a=1]]",
)  # fmt: skip
FENCES = (
    ("```\n", "\n```\n"), ("~~~python\n", "\n~~~\n"), ("`", "`"), ("``", "``"), ("    ", "\n"), ("````\n```\n", "\n````\n"),
    ("```\n", ""), ("`", ""), ("<!--", "-->"), ("> ```\n> ", "\n> ```\n"), ("- ```\n  ", "\n  ```\n"),
)  # fmt: skip
FRONT_MATTER = (
    "---\ntitle: x\n---\n", "---\ntitle: [[parity_echo]]\n---\n", "---\nno end\n", "---\n---\n", "\n---\na: 1\n---\n", "----\n",
)  # fmt: skip
LANGUAGES = ("en", "de", "fr-CA", "it", "es", "pt", "")


def safe_characters() -> str:
    """Return characters of many scripts that every supported Unicode treats alike."""
    from unicodedata import ucd_3_2_0 as old

    changed = {0x19B, 0x264}  # they have got capital letters since
    return "".join(
        chr(code)
        for code in range(0x20, 0x30000, 7)
        if old.category(chr(code)) not in {"Cn", "Cs", "Co", "Cc"} and code not in changed
    )
