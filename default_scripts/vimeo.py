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
            "description": "What screen readers announce; without it a word for the video in the site's language.",
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


def render(context):
    language = base_language(context["env"].get("mainLanguage"))
    video = as_text(context["params"].get("id"), language)
    title = as_text(context["params"].get("title"), language) or TITLES[language]
    if not video:
        return {"html": ""}
    return {
        "html": '<div class="macro-vimeo">'
        f'<iframe src="https://player.vimeo.com/video/{escape(video)}" title="{escape(title)}"'
        f' frameborder="0" allow="{ALLOW}" allowfullscreen></iframe></div>'
    }


def base_language(tag):
    """Return the language of a tag such as de-CH; English where there are no words for it."""
    language = str(tag or "en").lower().split("-")[0]
    return language if language in TITLES else "en"


def as_text(value, language):
    """Return a param as text: numbers arrive as numbers, and 0 is one of them."""
    text = "" if value is None else str(value)
    return text if language == "en" else text.strip()


def escape(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")
