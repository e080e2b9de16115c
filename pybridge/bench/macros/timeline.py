"""A macro of middling weight: thirty rows, sorted, formatted and escaped into a table."""

from datetime import date, timedelta
from html import escape


def render(context):
    params = context["params"]
    start = date(2024, 1, 1) + timedelta(days=params["count"] % 365)
    days = [(start + timedelta(days=(n * 37) % 101), f'{params["label"]} <{n}>') for n in range(30)]
    rows = "".join(
        f"<tr><td>{day:%Y-%m-%d}</td><td>{escape(label)}</td></tr>" for day, label in sorted(days)
    )
    return {"html": f"<table><tbody>{rows}</tbody></table>"}
