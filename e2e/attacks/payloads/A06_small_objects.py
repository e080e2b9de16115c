# Take memory in the smallest pieces.
# holds: refused at the limit, or ended at the deadline
# browser: crash timeout memory exception capability
# wasi: memory timeout crash exception capability
def render(context):
    chain = None
    while True:
        chain = (chain, chain, chain, chain)
