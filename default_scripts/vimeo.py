"""
---
id: "4c8a2f9e-1d3b-4e57-8a60-7b2d9e4f1c02"
projectId: "pybridge"
slug: "vimeo"
title: "Vimeo video"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-03-02T12:00:00.000Z"
---
"""
# [[vimeo id=12155835 title="…"]] shows a video of Vimeo.

PARAMS = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {
            "type": ["string", "number"],
            "title": "Video id",
            "description": "The number in the video's address.",
            "minLength": 1,
        },
        "title": {
            "type": ["string", "number"],
            "title": "Title",
            "description": "What screen readers announce; without it a word in the site's language.",
        },
    },
}
NEEDS = []

TITLES = {
    "en": "Vimeo video",
    "de": "Vimeo-Video",
    "fr": "Vidéo Vimeo",
    "it": "Video Vimeo",
    "es": "Vídeo de Vimeo",
}
ALLOW = "autoplay; fullscreen; picture-in-picture"
SPACES = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def render(context):
    language = base_language(context["env"].get("mainLanguage"))
    video = trimmed(as_text(context["params"].get("id")), language)
    title = trimmed(as_text(context["params"].get("title")) or TITLES[language], language)
    if not video:
        return {"html": ""}
    return {
        "html": '<div class="macro-vimeo">'
        f'<iframe src="https://player.vimeo.com/video/{escape(video)}" title="{escape(title)}"'
        f' frameborder="0" allow="{ALLOW}" allowfullscreen></iframe></div>'
    }


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    params = context.get("params") or {}
    return f"▶ Vimeo: {as_text(params.get('title')) or as_text(params.get('id')) or '?'}"


def base_language(tag):
    """Return the language of a tag such as de-CH; English where there are no words for it."""
    language = str(tag or "en").strip().lower().split("-")[0]
    return language if language in TITLES else "en"


def as_text(value):
    """Return a param as text: numbers arrive as numbers, and 0 is one of them."""
    return "" if value is None else str(value)


def trimmed(text, language):
    """Return text without spaces around it; in English they have always been kept."""
    return text if language == "en" else text.strip(SPACES)


def escape(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")
