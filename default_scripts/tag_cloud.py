"""
---
id: "e94a7c21-6b5f-4038-b1dd-20f7a3c85e05"
projectId: "pybridge"
slug: "tag_cloud"
title: "Tag cloud"
kind: "macro"
entrypoint: "render"
enabled: true
version: 2
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-03-02T12:00:00.000Z"
---
"""
# [[tag_cloud orientation="mixed-hv" width=640 height=300]] shows the site's tags by how often they are used.
# The words are in an attribute; a script on the page draws them into the svg.

import json
import re

PARAMS = {
    "type": "object",
    "properties": {
        "orientation": {
            "type": "string",
            "title": "Orientation",
            "description": "horizontal, mixed-hv (some words vertical) or mixed-diagonal (some of them"
            " diagonal), in capitals or not; also hv, horizontal_vertical, diagonal and diag.",
            "pattern": "^[ \\t\\r\\n]*("
            "[Hh][Oo][Rr][Ii][Zz][Oo][Nn][Tt][Aa][Ll](_[Vv][Ee][Rr][Tt][Ii][Cc][Aa][Ll])?"
            "|([Mm][Ii][Xx][Ee][Dd][-_])?([Hh][Vv]|[Dd][Ii][Aa][Gg][Oo][Nn][Aa][Ll])|[Dd][Ii][Aa][Gg]"
            ")?[ \\t\\r\\n]*$",
            "default": "horizontal",
        },
        "width": {
            "type": ["integer", "string"],
            "title": "Width",
            "description": "Of the drawing, 320 to 1600; with anything else it is 900.",
            "minimum": 320,
            "maximum": 1600,
            "pattern": "^(3[2-9][0-9]|[4-9][0-9]{2}|1[0-5][0-9]{2}|1600)?$",
            "default": 900,
        },
        "height": {
            "type": ["integer", "string"],
            "title": "Height",
            "description": "Of the drawing, 180 to 900; with anything else it is 420.",
            "minimum": 180,
            "maximum": 900,
            "pattern": "^(1[89][0-9]|[2-8][0-9]{2}|900)?$",
            "default": 420,
        },
    },
}
NEEDS = ["tagUsage"]

EMPTY = {
    "en": "No tags found.",
    "de": "Keine Tags gefunden.",
    "fr": "Aucun tag trouvé.",
    "it": "Nessun tag trovato.",
    "es": "No se encontraron etiquetas.",
}
LABELS = {
    "en": "Tag cloud",
    "de": "Tag-Wolke",
    "fr": "Nuage de tags",
    "it": "Nuvola di tag",
    "es": "Nube de etiquetas",
}
ORIENTATIONS = {
    "mixed_hv": "mixed-hv",
    "mixed-hv": "mixed-hv",
    "hv": "mixed-hv",
    "horizontal_vertical": "mixed-hv",
    "mixed_diagonal": "mixed-diagonal",
    "mixed-diagonal": "mixed-diagonal",
    "diagonal": "mixed-diagonal",
    "diag": "mixed-diagonal",
}
SMALLEST, LARGEST = 14, 56  # size of a word, in pixels
UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
SPACES = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
WHOLE_NUMBER = re.compile(f"[{SPACES}]*([+-]?[0-9]+)")


def render(context):
    params = context["params"]
    language = base_language(context["env"].get("mainLanguage"))
    words = sized(used_tags(context.get("data") or {}))
    width = parse_int(params.get("width"), 320, 1600, 900)
    height = parse_int(params.get("height"), 180, 900, 420)
    opening = (
        '<div class="macro-tag-cloud" data-tag-cloud="true"'
        f' data-orientation="{orientation(params.get("orientation"))}"'
        ' data-color-distribution="quantile" data-color-easing="0.7" data-color-theme="pico"'
    )
    if not words:
        return {"html": f'{opening}><div class="tag-cloud-empty">{EMPTY[language]}</div></div>'}
    listed = escape(json.dumps(words, ensure_ascii=False, separators=(",", ":")))
    return {
        "html": f'{opening} data-tag-cloud-words="{listed}" data-width="{width}" data-height="{height}">'
        f'<svg class="tag-cloud-canvas" viewBox="0 0 {width} {height}"'
        f' preserveAspectRatio="xMidYMid meet" aria-label="{LABELS[language]}"></svg></div>'
    }


def preview(context):
    """Return the text of the chip that an editor shows instead of the macro."""
    return f"☁ Tag Cloud ({orientation((context.get('params') or {}).get('orientation'))})"


def orientation(value):
    return ORIENTATIONS.get(as_text(value).strip(SPACES).lower(), "horizontal")


def parse_int(value, least, most, default):
    """Read a number as JavaScript's parseInt does: "640px" is 640; *default* outside its bounds."""
    found = WHOLE_NUMBER.match(as_text(value))
    number = float(found[1]) if found else default
    return int(number) if least <= number <= most else default


def used_tags(data):
    """Return the entries that have a tag and a number, in the order they come in."""
    usage = data.get("tagUsage")
    return [
        (each["tag"], each["count"])
        for each in (usage if isinstance(usage, list) else [])
        if isinstance(each, dict)
        and isinstance(each.get("tag"), str)
        and isinstance(each.get("count"), (int, float))
    ]


def sized(tags):
    """Return the words of the cloud: sizes grow in proportion to the counts and round half up."""
    least = min((count for _, count in tags), default=0)
    range_of_counts = max((count for _, count in tags), default=0) - least
    words = []
    for tag, count in tags:
        share = (count - least) / range_of_counts if range_of_counts else 0.5
        size = int(SMALLEST + share * (LARGEST - SMALLEST) + 0.5)
        words.append({"text": tag, "size": size, "count": count, "url": f"/tag/{encode(tag)}/"})
    return words


def encode(text):
    """Write text into a URL as JavaScript's encodeURIComponent does."""
    return "".join(
        each if each in UNRESERVED else "".join(f"%{byte:02X}" for byte in each.encode())
        for each in text
    )


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
