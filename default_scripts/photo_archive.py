"""
---
id: "b3f80c6d-92a1-4d05-8e7f-5c04d2a1e904"
projectId: "pybridge"
slug: "photo_archive"
title: "Photo archive"
kind: "macro"
entrypoint: "render"
enabled: true
version: 2
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-11-28T12:00:00.000Z"
---
"""
# [[photo_archive year=2024 month=6]] shows the images of a month, a year, or the newest ten months.

import re
from datetime import UTC, datetime

ALIASES = ["photo_album"]
PARAMS = {
    "type": "object",
    "properties": {
        "year": {
            "type": ["integer", "string"],
            "title": "Year",
            "description": "Four digits. Without a year the newest ten months that have images are shown.",
            "minimum": 1000,
            "maximum": 9999,
            "pattern": "^([1-9][0-9]{3})?$",
        },
        "month": {
            "type": ["integer", "string"],
            "title": "Month",
            "description": "1 to 12. Without a year it means that month in any year.",
            "minimum": 1,
            "maximum": 12,
            "pattern": "^(0?[1-9]|1[0-2])?$",
        },
    },
}
NEEDS = ["media"]

EMPTY = {
    "en": "No photos found for this archive.",
    "de": "Keine Fotos für dieses Archiv gefunden.",
    "fr": "Aucune photo trouvée pour cette archive.",
    "it": "Nessuna foto trovata per questo archivio.",
    "es": "No se encontraron fotos para este archivo.",
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März Apr. Mai Juni Juli Aug. Sept. Oktober Nov. Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
RECENT = 10  # months
INFINITE = float("inf")
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
    language = base_language(context["env"].get("mainLanguage"))
    year, month = (parse_int(context["params"].get(key)) for key in ("year", "month"))
    images, undated = newest_first(all_images(context.get("data") or {}))
    months = by_month(images, year, month)
    if year is None:
        months = months[:RECENT]
    shown = "".join(one_month(label(each, language), each, items) for each, items in months)
    shown = shown or f'<div class="photo-archive-empty">{EMPTY[language]}</div>'
    result = {
        "html": f'<div class="macro-photo-archive {kind_of_archive(year, month)}">'
        f'<div class="photo-archive-container">{shown}</div></div>'
    }
    warnings = about(undated)
    if year is None and month is not None:
        message = "a month without a year: shown is that month of any year"
        warnings.append({"code": "params", "message": message})
    return {**result, "warnings": warnings} if warnings else result


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    params = context.get("params") or {}
    year, month = as_text(params.get("year")), as_text(params.get("month"))
    if not year:
        return "📅 Photo Archive: Recent"
    if not month:
        return f"📅 Photo Archive: {year}"
    number = parse_int(month) or 0
    name = MONTHS["en"].split()[int(number) - 1] if 1 <= number <= 12 else "Unknown"
    return f"📅 Photo Archive: {name} {year}"


def kind_of_archive(year, month):
    """Return the rest of the class, and the attributes that say what is shown."""
    if year is None:
        return f'photo-archive-recent-months" data-recent="{RECENT}'
    if month is None:
        return f'photo-archive-full-year" data-year="{digits(year)}'
    return f'photo-archive-single-month" data-year="{digits(year)}" data-month="{digits(month)}'


def all_images(data):
    media = data.get("media")
    media = media if isinstance(media, list) else []
    return [each for each in media if isinstance(each, dict) and is_image(each)]


def by_month(images, year, month):
    """Return pairs of (year, month) and images, newest first; each filter applies for itself."""
    months = {}
    for at, media in images:
        if (year is None or at.year == year) and (month is None or at.month == month):
            months.setdefault((at.year, at.month), []).append((at, media))
    return list(months.items())


def label(when, language):
    year, month = when
    return f"{MONTHS[language].split()[month - 1]} {year}"


def one_month(label, when, images):
    group = f"photo-archive-{when[0]}-{when[1]:02d}"
    items = "".join(item("photo-archive-item", group, at, media) for at, media in images)
    return (
        '<div class="photo-archive-month-wrapper"><div class="photo-archive-month">'
        f'<div class="photo-archive-month-label"><span>{label}</span></div>'
        f'<div class="photo-archive-gallery">{items}</div></div></div>'
    )


def parse_int(value):
    """Read a whole number as JavaScript's parseInt does: "4abc" is 4, "3.9" is 3, "abc" is None."""
    found = WHOLE_NUMBER.match(as_text(value))
    number = float(found[1]) + 0.0 if found else INFINITE
    return None if abs(number) == INFINITE else number


def digits(number):
    """Write a whole number as JavaScript does: with all its zeros up to 21 digits."""
    text, _, exponent = repr(number).removesuffix(".0").partition("e+")
    if not exponent or int(exponent) >= 21:
        return f"{text}e+{exponent}" if exponent else text
    sign = "-" if number < 0 else ""
    return sign + text.removeprefix("-").replace(".", "").ljust(int(exponent) + 1, "0")


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
