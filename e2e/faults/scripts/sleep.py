"""Ends too late."""

import time


def render(context):
    time.sleep(600)
