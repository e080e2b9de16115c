# Read nested elements and entities of XML.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import xml.etree.ElementTree as tree


def render(context):
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    try:
        tree.fromstring(f"<!DOCTYPE r [{names}]><r>&e8;</r>")
    except tree.ParseError:
        pass
    tree.fromstring("<a>" * 100_000 + "</a>" * 100_000)
    return {"text": "held"}
