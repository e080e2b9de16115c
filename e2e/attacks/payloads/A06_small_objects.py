# Take memory in the smallest pieces.
# holds: refused at the limit, or ended at the deadline
def render(context):
    chain = None
    while True:
        chain = (chain, chain, chain, chain)
