# Fill a dictionary with numbers of one hash.
# deadline: short
# holds: ended at the deadline, or done
# browser: timeout memory held crash exception capability
# wasi: timeout memory held
import sys


def render(context):
    prime = sys.hash_info.modulus
    found = {prime * number: number for number in range(1, 200_000)}
    return {"text": "held" if found else ""}
