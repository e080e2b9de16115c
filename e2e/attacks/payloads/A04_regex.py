# A regular expression that needs longer than the universe.
# deadline: short
# holds: ended at the deadline, though no Python runs
# browser: timeout
# wasi: timeout
import re


def render(context):
    re.match("(a+)+$", "a" * 40 + "b")
