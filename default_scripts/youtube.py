"""
---
id: "0b6f1c52-6f0e-4d6c-9b1e-5a1f3c7d2e01"
projectId: "pybridge"
slug: "youtube"
title: "YouTube video"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-03-02T12:00:00.000Z"
---
"""
# [[youtube id="dQw4w9WgXcQ" title="…"]] shows a video of YouTube.

PARAMS = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {
            "type": ["string", "number"],
            "title": "Video id",
            "description": "The part of the video's address behind v=.",
            "minLength": 1,
        },
        "title": {
            "type": ["string", "number"],
            "title": "Title",
            "description": "What screen readers announce; without it a word in the site's language.",
        },
        "start": {
            "type": ["string", "number"],
            "title": "Start",
            "description": "Of older posts; without effect.",
        },
        "autoplay": {
            "type": ["string", "number"],
            "title": "Autoplay",
            "description": "Of older posts; without effect.",
        },
    },
}
NEEDS = []

TITLES = {
    "en": "YouTube video",
    "de": "YouTube-Video",
    "fr": "Vidéo YouTube",
    "it": "Video YouTube",
    "es": "Vídeo de YouTube",
}
ALLOW = "accelerometer; autoplay; clipboard-write; encrypted-media; gyroscope; picture-in-picture"
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
        "html": '<div class="macro-youtube">'
        f'<iframe src="https://www.youtube.com/embed/{escape(video)}?rel=0" title="{escape(title)}"'
        f' frameborder="0" allow="{ALLOW}" allowfullscreen></iframe></div>'
    }


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    params = context.get("params") or {}
    return f"▶ YouTube: {as_text(params.get('title')) or as_text(params.get('id')) or '?'}"


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
