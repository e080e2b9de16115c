"""
---
id: "7d1e5b0a-3c84-4f6b-9a27-e1b60c9f4d03"
projectId: "pybridge"
slug: "gallery"
title: "Gallery"
kind: "macro"
entrypoint: "render"
enabled: true
version: 2
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-11-28T12:00:00.000Z"
---
"""
# [[gallery columns=4 caption="…"]] shows the images that are linked to the post, newest first.

import re
from datetime import UTC, datetime

PARAMS = {
    "type": "object",
    "properties": {
        "columns": {
            "type": ["integer", "string"],
            "title": "Columns",
            "description": "How many images stand side by side, 1 to 6; with anything else it is 3.",
            "minimum": 1,
            "maximum": 6,
            "pattern": "^[1-6]?$",
            "default": 3,
        },
        "caption": {
            "type": ["string", "number"],
            "title": "Caption",
            "description": "A line of text below the images.",
        },
        "link": {
            "type": ["string", "number"],
            "title": "Link",
            "description": "Of older posts; without effect.",
        },
    },
}
NEEDS = ["media", "linkedMediaIds"]

EMPTY = {
    "en": "No linked images found.",
    "de": "Keine verknüpften Bilder gefunden.",
    "fr": "Aucune image liée trouvée.",
    "it": "Nessuna immagine collegata trovata.",
    "es": "No se encontraron imágenes vinculadas.",
}
SPACES = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
WHOLE_NUMBER = re.compile(f"[{SPACES}]*([+-]?[0-9]+)")
DATE = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    "([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
EXTENSIONS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".avif")


def render(context):
    params, post = context["params"], context.get("post") or {}
    language = base_language(context["env"].get("mainLanguage"))
    post_id = as_text(post.get("id"))
    images, undated = newest_first(linked_images(context.get("data") or {}, post_id))
    group = escape(f"gallery-{post_id or 'post'}")
    shown = "".join(item("gallery-item", group, at, media) for at, media in images)
    shown = shown or f'<div class="gallery-empty">{EMPTY[language]}</div>'
    columns = column_count(params.get("columns"))
    caption = escape(as_text(params.get("caption")))
    if caption:
        caption = f'<figcaption class="gallery-caption">{caption}</figcaption>'
    result = {
        "html": f'<div class="macro-gallery gallery-cols-{columns}" data-post-id="{escape(post_id)}"'
        f' data-columns="{columns}" data-lightbox="true">'
        f'<div class="gallery-container gallery-lightbox">{shown}</div>{caption}</div>'
    }
    return {**result, "warnings": about(undated)} if undated else result


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    columns = as_text((context.get("params") or {}).get("columns")) or "3"
    return f"📷 Gallery ({columns} cols)"


def column_count(value):
    """Return 1 to 6, read as JavaScript's parseInt reads it: "4abc" is 4, 5.9 is 5; else 3."""
    number = WHOLE_NUMBER.match(as_text(value))
    columns = float(number[1]) if number else 0
    return int(columns) if 1 <= columns <= 6 else 3


def linked_images(data, post_id):
    """Return the images linked to the post, by the post or by themselves."""
    media, linked = data.get("media"), data.get("linkedMediaIds")
    media = media if isinstance(media, list) else []
    linked = linked if isinstance(linked, list) else []
    ids = {each for each in linked if isinstance(each, str)}
    return [
        each
        for each in media
        if isinstance(each, dict) and is_image(each) and is_linked(each, ids, post_id)
    ]


def is_linked(media, ids, post_id):
    posts = media.get("linkedPostIds")
    known = media.get("id")
    return (isinstance(known, str) and known in ids) or (
        isinstance(posts, list) and post_id in posts
    )


def is_image(media):
    if as_text(media.get("mimeType")).lower().startswith("image/"):
        return True
    name = as_text(media.get("filename")).rstrip("/").rpartition("/")[2].lower()
    dot = name.rfind(".")
    return dot > 0 and name[dot:] in EXTENSIONS


def moment(media):
    """Return when a medium was created, in UTC and to the millisecond; None without a usable date.

    A date without a time is midnight, a time without an offset is UTC.
    """
    written = as_text(media.get("createdAt"))
    if not DATE.fullmatch(written):
        return None
    try:
        at = datetime.fromisoformat(written)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # such as February 30
        return None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def newest_first(media):
    """Pair media with their moments, and sort them; what has no moment has no address and is left out."""
    dated = [(moment(each), each) for each in media]
    undated = [each for at, each in dated if at is None]
    dated = [(at, each) for at, each in dated if at is not None]
    return sorted(dated, key=lambda pair: pair[0], reverse=True), undated


def item(name, group, at, media):
    """Return an image that opens in the lightbox of its *group*."""
    path = escape(f"/media/{at.year}/{at.month:02d}/{as_text(media.get('filename'))}")
    title = escape(first_text(media, "caption", "title", "originalName", "filename"))
    alt = escape(first_text(media, "alt", "title", "originalName", "filename"))
    return (
        f'<a class="{name}" href="{path}" data-lightbox="{group}" data-title="{title}">'
        f'<img src="{path}" alt="{alt}" loading="lazy" /></a>'
    )


def first_text(media, *keys):
    return next((text for text in (as_text(media.get(key)) for key in keys) if text), "")


def about(undated):
    names = ", ".join(as_text(each.get("filename")) or "without a name" for each in undated[:3])
    more = ", …" if len(undated) > 3 else ""
    message = f"left out, because createdAt is not a date: {names}{more}"
    return [{"code": "media", "message": message}] if undated else []


def base_language(tag):
    """Return the language of a tag such as de-CH; English where there are no words for it."""
    language = str(tag or "en").strip().lower().split("-")[0]
    return language if language in EMPTY else "en"


def as_text(value):
    """Return a value as text; what is missing, or no text and no number, is empty."""
    return str(value) if isinstance(value, (str, int, float)) else ""


def escape(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")
