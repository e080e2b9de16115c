# Recursion with the guard taken off.
# holds: a crash or an error, recovered
import sys


def render(context):
    sys.setrecursionlimit(10**8)
    return render(context)
