"""Ends too late."""

import time

LIMITS = {"itemS": 0.3}


def render(context):
    time.sleep(600)
