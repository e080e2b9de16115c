"""
---
id: "2c5d9f80-71e6-4ab3-9c4d-83f1b6e07a06"
projectId: "pybridge"
slug: "note"
title: "Note"
kind: "macro"
entrypoint: "render"
enabled: true
version: 3
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-11-30T12:00:00.000Z"
---
"""
# [[note kind=tip title="…"]]Any *Markdown*.[[/note]] shows a text in a box.
# Within a line of text it is a phrase, otherwise a block.

import re

BODY = True
PARAMS = {
    "type": "object",
    "properties": {
        "kind": {
            "type": "string",
            "title": "Kind",
            "description": "What sort of note it is; anything else is a note.",
            "enum": ["note", "tip", "warning"],
            "default": "note",
        },
        "title": {
            "type": ["string", "number"],
            "title": "Title",
            "description": "The line above the text; without it a word in the site's language.",
        },
    },
}
NEEDS = []

TITLES = {
    "en": {"note": "Note", "tip": "Tip", "warning": "Warning"},
    "de": {"note": "Hinweis", "tip": "Tipp", "warning": "Warnung"},
    "fr": {"note": "Remarque", "tip": "Astuce", "warning": "Avertissement"},
    "it": {"note": "Nota", "tip": "Suggerimento", "warning": "Avvertenza"},
    "es": {"note": "Nota", "tip": "Consejo", "warning": "Advertencia"},
}
# The start of a line that cannot continue a paragraph.
BLOCK = re.compile(
    r"[ \t\r>]*(?:$|[-+*][ \t]|#{1,6}[ \t]|[|<]|```|~~~|[0-9]{1,9}[.)][ \t]|[-=]+[ \t\r]*$)"
)


def render(context):
    params, macro, body = context["params"], context["macro"], context.get("body")
    language = base_language(context["env"].get("mainLanguage"))
    kind = kind_of(params)
    title = as_text(params.get("title")) or TITLES[language][kind]
    kinds = f'class="macro-note macro-note-{kind}" role="note" aria-label="{escape(title)}"'
    if macro.get("display") == "inline" and is_phrase(body):
        text = f"<strong>{literal(title)}:</strong> {body.strip()}"
        return {"markdown": f"<span {kinds}>{text}</span>"}
    opening = f'<aside {kinds}><p class="macro-note-title">{escape(title)}</p>'
    result = {"markdown": laid_out(macro, opening, body or "", "</aside>")}
    if body is None:
        return {**result, "warnings": ["the note has no end: write [[/note]] behind its text"]}
    return result if body.strip() else {**result, "warnings": ["the note has no text"]}


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    params = context.get("params") or {}
    kind = kind_of(params)
    title = as_text(params.get("title"))
    word = TITLES["en"][kind]
    return f"📝 {word}: {title}" if title else f"📝 {word}"


def kind_of(params):
    kind = as_text(params.get("kind")).lower()
    return kind if kind in TITLES["en"] else "note"


def is_phrase(body):
    """Whether *body* can go on in the paragraph around it."""
    first, *others = (body or "").rstrip().split("\n")
    return bool(first or others) and not any(BLOCK.match(line) for line in others)


def laid_out(macro, opening, body, closing):
    """Put *body* between two lines of HTML: Markdown converts it if blank lines surround it.

    A macro in the middle of a line starts a new block.
    """
    first, newline, rest = body.rstrip().partition("\n")
    text = rest if newline and not first.strip() else body.strip()
    block = f"{opening}\n\n{text}\n\n{closing}\n" if text else f"{opening}{closing}\n"
    return f"\n\n{block}\n" if macro.get("display") == "inline" else block


def base_language(tag):
    """Return the language of a tag such as de-CH; English where there are no words for it."""
    language = str(tag or "en").strip().lower().split("-")[0]
    return language if language in TITLES else "en"


def as_text(value):
    """Return a param as text on one line: numbers arrive as numbers, and 0 is one of them."""
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def escape(text):
    for each, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("'", "&#39;"),
    ):
        text = text.replace(each, entity)
    return text.replace("`", "&#96;")


def literal(text):
    """Escape *text* so that Markdown leaves it alone, too."""
    return re.sub(r"[][\\*_~|!$^:/@.]", lambda each: f"&#{ord(each[0])};", escape(text))
