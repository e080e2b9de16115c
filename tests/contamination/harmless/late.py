"""Imports where it needs things, fails, recurses, and keeps state of its own."""

kept = {}


def deep(number):
    return deep(number + 1)


def render(context):
    import asyncio
    import email.message
    import logging
    import tempfile
    import threading
    import traceback
    import unittest.mock
    import urllib.request

    kept.setdefault("lines", []).append(len(kept))
    logging.getLogger("mine").warning("heard")
    try:
        deep(0)
    except RecursionError:
        traceback.format_exc()
    try:
        raise ValueError("x") from KeyError("y")
    except ValueError:
        pass
    with unittest.mock.patch("json.dumps", return_value="patched"):
        import json

        json.dumps(1)
    message = email.message.EmailMessage()
    message["Subject"] = "x"
    names = [each.__name__ for each in (asyncio, tempfile, threading, urllib.request)]
    return {"text": repr((names, str(message)))}
