"""
---
id: "f16b3e94-0a87-4c52-b6d9-47c8e52b9d07"
projectId: "pybridge"
slug: "details"
title: "Details"
kind: "macro"
entrypoint: "render"
enabled: true
version: 2
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-11-30T12:00:00.000Z"
---
"""
# [[details summary="…" open=true]]Any *Markdown*.[[/details]] is folded away until the reader opens it.

BODY = True
PARAMS = {
    "type": "object",
    "properties": {
        "summary": {
            "type": ["string", "number"],
            "title": "Summary",
            "description": "The line that is always visible; without it a word in the site's language.",
        },
        "open": {
            "type": ["boolean", "string"],
            "title": "Open",
            "description": "Whether the text is visible from the start; anything but true is false.",
            "enum": [True, False, "true", "false"],
            "default": False,
        },
    },
}
NEEDS = []

SUMMARIES = {
    "en": "Details",
    "de": "Details",
    "fr": "Détails",
    "it": "Dettagli",
    "es": "Detalles",
}


def render(context):
    params, macro, body = context["params"], context["macro"], context.get("body")
    language = base_language(context["env"].get("mainLanguage"))
    summary = escape(as_text(params.get("summary")) or SUMMARIES[language])
    state = " open" if as_text(params.get("open")).lower() == "true" else ""
    opening = f'<details class="macro-details"{state}><summary>{summary}</summary>'
    result = {"markdown": laid_out(macro, opening, body or "", "</details>")}
    if body is None:
        return {**result, "warnings": ["details have no end: write [[/details]] behind their text"]}
    return result if body.strip() else {**result, "warnings": ["the details have no text"]}


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    return f"▸ {as_text((context.get('params') or {}).get('summary')) or 'Details'}"


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
    return language if language in SUMMARIES else "en"


def as_text(value):
    """Return a param as text on one line: numbers arrive as numbers, and 0 is one of them."""
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def escape(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")
