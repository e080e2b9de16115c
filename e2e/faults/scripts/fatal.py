"""Breaks the interpreter for good."""

import json


def render(context):
    return json.loads("[" * 100_000)
