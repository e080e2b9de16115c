# Answer a second time, from a generator that goes on.
# holds: one answer
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    def answers():
        yield {"text": "held"}
        yield {"text": "forged"}

    return next(answers())
