# Recursion with the guard taken off.
# holds: a crash or an error, recovered
# browser: crash exception memory held timeout
# wasi: exception timeout crash memory held
import sys


def render(context):
    sys.setrecursionlimit(10**8)
    return render(context)
