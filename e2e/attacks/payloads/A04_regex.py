# A regular expression that needs longer than the universe.
# deadline: short
# holds: ended at the deadline, though no Python runs
import re


def render(context):
    re.match("(a+)+$", "a" * 40 + "b")
