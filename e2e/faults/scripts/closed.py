"""Closes standard output behind everybody's back, and answers."""

import os
import sys


def render(context):
    try:
        os.close(1)
    except OSError:
        pass
    sys.stdout = None
    return {"html": "<b>%d</b>" % context["params"]["n"]}
