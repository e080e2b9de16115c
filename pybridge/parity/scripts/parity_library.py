"""Uses the part of the standard library that macros are made of."""

import base64
import datetime
import hashlib
import html
import math
import random
import re
import statistics
import string
import textwrap
import urllib.parse
from collections import Counter


def words(text):
    return re.findall(r"\w+", text)


def render(context):
    params = context["params"]
    text = str(params.get("text", "The quick brown fox"))
    number = params.get("number", 7)
    number = number if isinstance(number, (int, float)) and abs(number) < 1e15 else 7
    picked = random.Random(3).sample(range(100), 5)
    when = datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc)
    when += datetime.timedelta(days=int(number) % 1000)
    parts = [
        sorted(Counter(words(text)).items()),
        html.escape(text),
        textwrap.shorten(text, 20, placeholder="…"),
        urllib.parse.quote(text),
        base64.b64encode(text.encode()).decode(),
        hashlib.sha256(text.encode()).hexdigest()[:12],
        string.Template("$a-${b}").safe_substitute(a=text[:5]),
        round(math.sqrt(abs(number)), 9),
        round(statistics.fmean([number, 2, 3]), 9),
        repr(number),
        f"{number:,.2f}",
        picked,
        when.isoformat(),
        when.strftime("%Y-%m-%d %H:%M %A %j"),
        text.upper(),
        text.lower(),
        text.split(),
        text.splitlines(),
        text.strip(),
        text[::-1],
        text.isalnum(),
    ]
    return {"text": "\n".join(map(str, parts))}
