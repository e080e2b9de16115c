# Intern texts that are never freed.
# holds: refused at the limit, or ended at the deadline
# browser: exception memory crash timeout capability
# wasi: exception memory crash timeout
import sys


def render(context):
    number = 0
    kept = []
    while True:
        kept.append(sys.intern("x" * 10_000 + str(number)))
        number += 1
