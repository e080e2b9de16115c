# Return a result that is another one each time it is read.
# holds: one of them, whole, or refused
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
class Changing(dict):
    def items(self):
        yield "text", "held"
        self["html"] = "<script>globalThis.pwned = 1</script>"

    def __iter__(self):
        yield from ("text", "html")

    def __len__(self):
        return 0


def render(context):
    return Changing(text="held")
